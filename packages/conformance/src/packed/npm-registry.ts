import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** A tarball of ours as the registry serves it. */
interface PackedPackage {
  readonly manifest: Record<string, unknown> & { readonly name: string; readonly version: string };
  readonly bytes: Buffer;
  readonly fileName: string;
}

export interface NpmRegistry extends AsyncDisposable {
  readonly url: string;
  /** Names of our packages that were asked for, in order, each once. */
  readonly served: ReadonlySet<string>;
}

/**
 * Serves the packed tarballs of a folder as an npm registry on loopback; every other package is redirected to `upstreamUrl`.
 * @param directory holds the `.tgz` files that `npm run release:dry` makes.
 */
export async function startNpmRegistry(directory: string, upstreamUrl: string): Promise<NpmRegistry> {
  const packages = await readPackedPackages(directory);
  const served = new Set<string>();
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname.slice(1));
    const tarball = [...packages.values()].find(({ fileName }) => path === `tarballs/${fileName}`);
    if (tarball) {
      response.writeHead(200, { "content-type": "application/octet-stream" }).end(tarball.bytes);
      return;
    }
    const packed = packages.get(path);
    if (packed) {
      served.add(path);
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(packument(packed, url)));
      return;
    }
    response.writeHead(302, { location: new URL(request.url?.slice(1) ?? "", upstreamUrl).href }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    url,
    served,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readPackedPackages(directory: string): Promise<Map<string, PackedPackage>> {
  const packages = new Map<string, PackedPackage>();
  for (const fileName of await readdir(directory)) {
    if (!fileName.endsWith(".tgz")) continue;
    const bytes = await readFile(join(directory, fileName));
    const manifest = JSON.parse(firstFileNamed("package/package.json", gunzipSync(bytes)));
    packages.set(manifest.name, { manifest, bytes, fileName });
  }
  return packages;
}

/** Reads one member of an uncompressed tar: 512-byte headers with an octal size at 124. */
function firstFileNamed(name: string, tar: Buffer): string {
  for (let offset = 0; offset + 512 <= tar.length; ) {
    const memberName = tar.toString("utf8", offset, tar.indexOf(0, offset));
    const size = Number.parseInt(tar.toString("latin1", offset + 124, offset + 136), 8) || 0;
    if (memberName === name) return tar.toString("utf8", offset + 512, offset + 512 + size);
    offset += 512 + Math.ceil(size / 512) * 512;
  }
  throw new Error(`no ${name} in the tarball`);
}

function packument({ manifest, bytes, fileName }: PackedPackage, url: string) {
  const dist = {
    tarball: `${url}tarballs/${fileName}`,
    shasum: createHash("sha1").update(bytes).digest("hex"),
    integrity: `sha512-${createHash("sha512").update(bytes).digest("base64")}`,
  };
  return {
    name: manifest.name,
    "dist-tags": { latest: manifest.version },
    versions: { [manifest.version]: { ...manifest, _id: `${manifest.name}@${manifest.version}`, dist } },
  };
}
