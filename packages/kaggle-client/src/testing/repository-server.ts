import { createHash } from "node:crypto";
import { z } from "zod";
import { type Fault, Faults } from "./faults.js";
import { requestText, startLoopback } from "./loopback.js";
import { serveObject } from "./serve-object.js";
import { type ServedContent, ServedObject } from "./served-object.js";

const Batch = z.object({
  operation: z.literal("download"),
  objects: z.array(z.object({ oid: z.string(), size: z.number() })),
});

/** What {@link startRepositoryServer} takes. */
export interface RepositoryServerOptions {
  /** Plain files by path, for example `owner/name/<commit>/folder/file.md`. */
  readonly files?: Readonly<Record<string, ServedContent>>;
  /** Contents kept in Git LFS, for any repository below this server. */
  readonly lfs?: readonly (Uint8Array | string)[];
  readonly faults?: readonly Fault[];
}

/** A server that is up until it is disposed of. */
export interface RepositoryServer extends AsyncDisposable {
  readonly url: string;
  readonly faults: Faults;
  /** Paths asked for, in order. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** Serves files as a host of raw repository files does, and Git LFS objects through the batch protocol. */
export async function startRepositoryServer(options: RepositoryServerOptions): Promise<RepositoryServer> {
  const faults = new Faults(options.faults);
  const requests: string[] = [];
  const files = new Map(
    Object.entries(options.files ?? {}).map(([path, content]) => [path, new ServedObject(content)]),
  );
  const objects = new Map(
    (options.lfs ?? []).map((content) => [
      createHash("sha256").update(content).digest("hex"),
      new ServedObject(content),
    ]),
  );
  const server = await startLoopback(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://127.0.0.1").pathname).slice(1);
    requests.push(path);
    const fault = faults.take("storage", `/${path}`);
    if (fault?.type === "status") {
      response.writeHead(fault.status, fault.retryAfter === undefined ? {} : { "retry-after": fault.retryAfter }).end();
      return;
    }
    if (fault?.type === "reset") {
      response.destroy();
      return;
    }
    if (request.method === "POST" && path.endsWith(".git/info/lfs/objects/batch")) {
      const batch = Batch.parse(JSON.parse(await requestText(request)));
      const answer = batch.objects.map(({ oid, size }) => {
        const object = objects.get(oid);
        if (object?.bytes !== size) return { oid, size, error: { code: 404, message: "Object does not exist" } };
        const href = `${server.url}/lfs-store/${oid}`;
        return {
          oid,
          size,
          authenticated: true,
          actions: { download: { href, header: { "x-lfs": "yes" }, expires_in: 60 } },
        };
      });
      response.writeHead(200, { "content-type": "application/vnd.git-lfs+json" });
      response.end(JSON.stringify({ transfer: "basic", objects: answer }));
      return;
    }
    const isStore = path.startsWith("lfs-store/");
    const object = isStore ? objects.get(path.slice("lfs-store/".length)) : files.get(path);
    if (object === undefined || (isStore && request.headers["x-lfs"] !== "yes")) {
      response.writeHead(404, { "content-type": "text/plain" }).end("404: Not Found");
      return;
    }
    await serveObject(request, response, object, { announce: "none", fault });
  });
  return { ...server, faults, requests, [Symbol.asyncDispose]: () => server.close() };
}
