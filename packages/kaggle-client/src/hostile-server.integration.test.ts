import { execFileSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { createServer as createSocketServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { Agent } from "undici";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { KaggleClient } from "./client.js";
import { fetchLfsObject } from "./git-lfs.js";
import { Secret } from "./secret.js";
import { type Loopback, startLoopback } from "./testing/loopback.js";

const ID = "spaceship-titanic";
const KEY = "k3y-of-the-victim";
const BASIC = Buffer.from(`victim:${KEY}`).toString("base64");

let directory: string;
const closing: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "hostile-server-"));
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await rm(directory, { recursive: true, force: true });
});

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

async function serve(handle: Handler): Promise<Loopback> {
  const server = await startLoopback(async (request, response) => handle(request, response));
  closing.push(() => server.close());
  return server;
}

/** A server that tells what it was given that it should not have. */
async function listener(): Promise<{ url: string; seen: string[] }> {
  const seen: string[] = [];
  const { url } = await serve((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      seen.push(JSON.stringify(request.rawHeaders) + Buffer.concat(chunks).toString());
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  return { url, seen };
}

function clientOf(baseUrl: string, options: Partial<ConstructorParameters<typeof KaggleClient>[0]> = {}): KaggleClient {
  const client = new KaggleClient({
    credentials: { kind: "key", username: "victim", key: new Secret(KEY), source: "a test", warnings: [] },
    baseUrl,
    env: {},
    timeoutSeconds: 5,
    retry: { retries: 0 },
    ...options,
  });
  closing.push(() => client.close());
  return client;
}

const redirectTo =
  (location: string, status = 302): Handler =>
  (_request, response) => {
    response.writeHead(status, { location, "set-cookie": "session=c00kie; Path=/; Domain=.localhost" }).end();
  };

describe("a redirect gets no credentials", () => {
  const ways: readonly (readonly [way: string, location: (port: string) => string])[] = [
    ["another port", (port) => `http://127.0.0.1:${port}/x`],
    ["another name of the same machine", (port) => `http://localhost:${port}/x`],
    ["the real host in the user's place", (port) => `http://www.kaggle.com@127.0.0.1:${port}/x`],
    ["the real host as user and password", (port) => `http://api.kaggle.com:443@localhost:${port}/x`],
    ["an address without scheme", (port) => `//127.0.0.1:${port}/x`],
    ["backslashes", (port) => `\\\\127.0.0.1:${port}\\x`],
    ["an IPv4 address in an IPv6 one", (port) => `http://[::ffff:127.0.0.1]:${port}/x`],
    ["an address as one number", (port) => `http://2130706433:${port}/x`],
    ["a signed address", (port) => `http://localhost:${port}/x?Signature=1`],
  ];
  it.each(ways)("to %s", async (_way, location) => {
    const { url, seen } = await listener();
    const port = new URL(url).port;
    for (const status of [301, 302, 303, 307, 308]) {
      const home = await serve(redirectTo(location(port), status));
      await clientOf(home.url)
        .competition(ID)
        .catch(() => undefined);
      await clientOf(home.url)
        .downloadAll(ID, { directory, overwrite: true })
        .catch(() => undefined);
    }
    const told = seen.join("\n");
    expect(told).not.toContain(KEY);
    expect(told).not.toContain(BASIC);
    expect(told.toLowerCase()).not.toContain("authorization");
    expect(told).not.toContain("c00kie");
  });

  it("does not send a refresh token on to another host", async () => {
    const { url, seen } = await listener();
    const home = await serve(redirectTo(`${url}/x`, 307));
    const credentials = { kind: "oauth", refreshToken: new Secret(KEY), source: "a test", warnings: [] } as never;
    await expect(clientOf(home.url, { credentials }).competition(ID)).rejects.toMatchObject({
      code: "KAGGLE_UNEXPECTED_RESPONSE",
    });
    expect(seen).toEqual([]);
  });

  it("does not follow https to http, nor send what it carries there", async () => {
    const [key, certificate] = [join(directory, "key.pem"), join(directory, "certificate.pem")];
    const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
    const files = ["-keyout", key, "-out", certificate];
    execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", ...subject, ...files], {
      stdio: "ignore",
    });
    const { url, seen } = await listener();
    const ca = await readFile(certificate);
    const server = createSecureServer({ key: await readFile(key), cert: ca }, redirectTo(`${url}/x?Signature=1`));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closing.push(
      async () => server.closeAllConnections(),
      () => new Promise((closed) => server.close(closed)),
    );
    const dispatcher = new Agent({ connect: { ca } });
    closing.push(() => dispatcher.close());
    const { port } = server.address() as { port: number };
    const client = clientOf(`https://localhost:${port}`, { dispatcher });
    for (const asked of [client.competition(ID), client.downloadAll(ID, { directory })]) {
      await expect(asked).rejects.toThrow(/a redirect to http:.*, which is not safe/);
    }
    expect(seen).toEqual([]);
  });
});

describe("a redirect from a public host into the private network is refused", () => {
  it.each([
    "http://169.254.169.254/latest/meta-data/",
    "http://[fe80::1]/x",
    "http://127.0.0.1:1/x",
    "http://127.1/x",
    "http://0x7f000001/x",
    "http://2130706433/x",
    "http://localhost/x",
    "http://db.localhost/x",
    "http://0.0.0.0/x",
    "http://10.0.0.1/x",
    "http://172.16.0.1/x",
    "http://192.168.1.1/x",
    "http://100.64.0.1/x",
    "http://[::1]/x",
    "http://[::]/x",
    "http://[::ffff:127.0.0.1]/x",
    "http://[fd00:ec2::254]/x",
    "file:///etc/passwd",
    "data:text/plain,x",
    "ftp://example.org/x",
    "gopher://example.org/x",
  ])("%s", async (location) => {
    const home = await serve(redirectTo(location));
    // A name that looks like one of the internet's and leads here.
    const lookup = (_name: string, _options: unknown, found: (error: null, addresses: object[]) => void) =>
      found(null, [{ address: "127.0.0.1", family: 4 }]);
    const dispatcher = new Agent({ connect: { lookup: lookup as never } });
    closing.push(() => dispatcher.close());
    const client = clientOf(`http://api.kaggle.test:${new URL(home.url).port}`, { dispatcher });
    await expect(client.downloadAll(ID, { directory })).rejects.toThrow(/a redirect to \S+, which is not safe/);
  });

  it("names the loop of redirects and ends it", async () => {
    const loop = await serve((request, response) => redirectTo(`${request.url}x`)(request, response));
    await expect(clientOf(loop.url).competition(ID)).rejects.toThrow("it redirects to itself");
    const other = await serve((_request, response) => redirectTo(`${loop.url}/storage`)(_request, response));
    await expect(clientOf(other.url).downloadAll(ID, { directory })).rejects.toThrow("more than 10 redirects");
  });
});

describe("an answer that is too much is refused with its limit", () => {
  it("JSON without end", async () => {
    const piece = Buffer.alloc(1 << 20, "[");
    let sent = 0;
    const { url } = await serve((_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(piece)) sent += piece.length;
        if (!response.destroyed) response.once("drain", more);
      };
      more();
    });
    await expect(clientOf(url).competition(ID)).rejects.toThrow(/more than 33554432 bytes/);
    expect(sent).toBeLessThan(200 << 20);
  });

  it("JSON nested 100,000 deep", async () => {
    const { url } = await serve((_request, response) => {
      response.end(`{"title":${"[".repeat(100_000)}${"]".repeat(100_000)}}`);
    });
    await expect(clientOf(url).competition(ID)).rejects.toThrow(/title/);
  });

  it.each([
    ["gzip", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
  ] as const)("a bomb of zeros as %s, which was not asked for", async (encoding, pack) => {
    const bomb = pack(Buffer.alloc(50_000_000, " "));
    const { url } = await serve((request, response) => {
      expect(request.headers["accept-encoding"]).toBe("identity");
      response.writeHead(200, { "content-type": "application/zip", "content-encoding": encoding }).end(bomb);
    });
    const said = new RegExp(`it came as ${encoding} although that was not asked for`);
    await expect(clientOf(url).competition(ID)).rejects.toThrow(said);
    await expect(clientOf(url).downloadAll(ID, { directory })).rejects.toThrow(said);
  });

  it("headers of megabytes", async () => {
    const { url } = await serve((_request, response) => {
      response.writeHead(200, { "x-much": "x".repeat(3_000_000) }).end("{}");
    });
    await expect(clientOf(url).competition(ID)).rejects.toMatchObject({ code: "KAGGLE_NETWORK" });
  });

  it("a list of files without end", async () => {
    const page = `{"files":[${Array(300_000).fill('{"name":"a"}').join(",")}],"nextPageToken":"`;
    let pages = 0;
    const { url } = await serve((_request, response) => {
      response.end(`${page}${++pages}"}`);
    });
    await expect(clientOf(url).files(ID)).rejects.toThrow(/more than 2000000 files/);
    expect(pages).toBeLessThan(10);
  });

  it("empty pages of files without end", async () => {
    let pages = 0;
    const { url } = await serve((_request, response) => {
      response.end(`{"files":[],"nextPageToken":"${++pages}"}`);
    });
    await expect(clientOf(url).files(ID)).rejects.toThrow(/more than 100 pages without a file/);
  });

  it("a leaderboard of more than 256 MiB, announced", async () => {
    const { url } = await serve((_request, response) => {
      response.writeHead(200, { "content-type": "application/zip", "content-length": 1_000_000_000 });
      response.write("PK");
    });
    await expect(clientOf(url).leaderboard(ID, { directory })).rejects.toThrow(/1000000000 bytes.*at most 268435456/);
    expect(await readdir(directory)).toEqual([]);
  });

  it("a body without end where a size is expected", async () => {
    let sent = 0;
    const piece = Buffer.alloc(1 << 20);
    const { url } = await serve((_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(piece)) sent += piece.length;
        if (!response.destroyed) response.once("drain", more);
      };
      more();
    });
    const options = { directory, bytes: 1_000_000 };
    await expect(clientOf(url).downloadAll(ID, options)).rejects.toThrow(/length is more than 1000000/);
    expect(sent).toBeLessThan(200 << 20);
  });

  it.each(["1000000000000000000", "9007199254740993"])(
    "an announcement of %s bytes, before the download",
    async (bytes) => {
      const server = createSocketServer((socket) => {
        socket.on("error", () => undefined);
        socket.once("data", () =>
          socket.write(`HTTP/1.1 200 OK\r\ncontent-type: application/zip\r\ncontent-length: ${bytes}\r\n\r\nPK`),
        );
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      closing.push(() => new Promise((closed) => server.close(closed)));
      const { port } = server.address() as { port: number };
      const error = clientOf(`http://127.0.0.1:${port}`).downloadAll(ID, { directory });
      await expect(error).rejects.toMatchObject({ code: "KAGGLE_DISK_FULL" });
      await expect(error).rejects.toThrow(/bytes needed, \d+ may be used/);
    },
  );

  it.each(["-1", "1e30", "99999999999999999999999999", "0x10", "NaN", "10, 20"])(
    "the length %s, which is none",
    async (length) => {
      const server = createSocketServer((socket) => {
        socket.on("error", () => undefined);
        socket.once("data", () =>
          socket.end(`HTTP/1.1 200 OK\r\ncontent-type: application/zip\r\ncontent-length: ${length}\r\n\r\nPK`),
        );
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      closing.push(() => new Promise((closed) => server.close(closed)));
      const { port } = server.address() as { port: number };
      await expect(clientOf(`http://127.0.0.1:${port}`).downloadAll(ID, { directory })).rejects.toMatchObject({
        code: expect.stringMatching(/^KAGGLE_/),
      });
      expect((await readdir(directory)).filter((name) => !/\.part(\.json)?$/.test(name))).toEqual([]);
    },
  );

  it("one byte now and then, for ever", { timeout: 60_000 }, async () => {
    const { url } = await serve((_request, response) => {
      const timer = setInterval(() => response.write(" "), 100);
      response.once("close", () => clearInterval(timer));
    });
    await expect(clientOf(url, { timeoutSeconds: 1 }).competition(ID)).rejects.toThrow(/not complete after 10 s/);
  });
});

describe("what a server says is data", () => {
  it.each([-1, 1e300, Number.NaN])("takes a size of %s for unknown", async (bytes) => {
    const { url } = await serve((_request, response) => {
      response.end(`{"files":[{"name":"a.csv","totalBytes":${Number.isNaN(bytes) ? "1e999" : bytes}}]}`);
    });
    expect(await clientOf(url).files(ID)).toEqual([{ name: "a.csv", bytes: undefined, createdAt: undefined }]);
  });

  it.each([
    ["../x"],
    ["a/../../x"],
    ["/etc/passwd"],
    ["a\\..\\x"],
    ["a\0b"],
    ["a\nb"],
    ["\u001b[2J"],
    ["a//b"],
    ["."],
    [""],
    ["x".repeat(256)],
    [`${"d/".repeat(2000)}x`],
  ])("never writes a file named %j", async (name) => {
    const { url } = await serve((_request, response) => {
      response.writeHead(200, { "content-type": "text/csv" }).end("content");
    });
    await expect(clientOf(url).downloadFile(ID, name, { directory: join(directory, "in") })).rejects.toMatchObject({
      code: "KAGGLE_NOT_FOUND",
    });
    expect(await readdir(directory)).toEqual([]);
  });

  it("keeps the name that was asked for, whatever the storage calls it", async () => {
    const storage = await serve((_request, response) => {
      const disposition = 'attachment; filename="../../evil"';
      response.writeHead(200, { "content-type": "text/csv", "content-disposition": disposition }).end("content");
    });
    for (const path of ["/..%2f..%2fevil", "/%zz", "/%00"]) {
      const home = await serve(redirectTo(`${storage.url}${path}?Signature=1`));
      const options = { directory, overwrite: true };
      const { path: written } = await clientOf(home.url).downloadFile(ID, "a.csv", options);
      expect(written).toBe(join(directory, "a.csv"));
    }
    expect(await readdir(directory)).toEqual(["a.csv"]);
  });

  it("shows no control characters and not all of a long complaint", async () => {
    const message = `\u001b]0;title\u0007\u001b[2J\u009b31m\u202e${"x".repeat(50_000)}`;
    const { url } = await serve((_request, response) => {
      response.writeHead(403, { "content-type": "application/json" }).end(JSON.stringify({ code: 403, message }));
    });
    const error = (await clientOf(url)
      .competition(ID)
      .catch((thrown: unknown) => thrown)) as Error;
    expect(error.message).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(error.message.length).toBeLessThan(1000);
  });

  it("does not repeat the key that a server repeats", async () => {
    const { url } = await serve((request, response) => {
      response.writeHead(418).end(`you sent ${request.headers.authorization} and ${KEY}`);
    });
    const error = (await clientOf(url)
      .competition(ID)
      .catch((thrown: unknown) => thrown)) as Error;
    expect(error.message).toContain("[hidden]");
    expect(error.message).not.toContain(KEY);
    expect(error.message).not.toContain(BASIC);
  });

  it("does not resume another object's bytes", async () => {
    // A part of an earlier download, and a server that continues with something else under the same name.
    const zip = join(directory, `${ID}.zip`);
    await writeFile(`${zip}.part`, "PK-old");
    const state = { version: 1, identity: `kaggle:${ID}:all`, etag: '"old"', totalBytes: 12 };
    await writeFile(`${zip}.part.json`, JSON.stringify(state));
    const { url } = await serve((request, response) => {
      const type = { "content-type": "application/zip", etag: '"new"' };
      if (request.headers.range === undefined) return void response.writeHead(200, type).end("PK-new-bytes");
      response.writeHead(206, { ...type, "content-range": "bytes 6-11/12" }).end("-bytes");
    });
    await clientOf(url).downloadAll(ID, { directory });
    expect(await readFile(zip, "utf8")).toBe("PK-new-bytes");
  });

  it.each(["bytes 0-5/12", "bytes 7-12/12", "bytes 6-11/13", "bytes 11-6/12", "lines 6-11/12", "bytes 6-11"])(
    "does not take %s for the rest",
    async (contentRange) => {
      const zip = join(directory, `${ID}.zip`);
      await writeFile(`${zip}.part`, "PK-one");
      const state = { version: 1, identity: `kaggle:${ID}:all`, etag: '"one"', totalBytes: 12 };
      await writeFile(`${zip}.part.json`, JSON.stringify(state));
      const { url } = await serve((request, response) => {
        const type = { "content-type": "application/zip", etag: '"one"' };
        if (request.headers.range === undefined) return void response.writeHead(200, type).end("PK-one-bytes");
        response.writeHead(206, { ...type, "content-range": contentRange }).end("-WRONG");
      });
      await clientOf(url).downloadAll(ID, { directory });
      expect(await readFile(zip, "utf8")).toBe("PK-one-bytes");
    },
  );

  it("does not keep a file with another md5 than expected, nor a web page in place of a zip", async () => {
    const { url } = await serve((request, response) => {
      const isPage = request.url?.includes("page") ?? false;
      response.writeHead(200, { "content-type": isPage ? "text/html" : "application/zip" }).end("<html>sign in</html>");
    });
    const md5 = "0".repeat(32);
    await expect(clientOf(url).downloadAll(ID, { directory, md5 })).rejects.toMatchObject({
      code: "KAGGLE_CHECKSUM_MISMATCH",
    });
    const rest = clientOf(url, { protocol: "rest" });
    await expect(rest.downloadAll("page", { directory })).rejects.toMatchObject({ code: "KAGGLE_UNEXPECTED_RESPONSE" });
    expect(await readdir(directory)).toEqual([]);
  });

  it.each(["file:///etc/passwd", "data:text/plain,x", "ftp://example.org/x"])(
    "does not fetch a file of Git LFS from %s",
    async (href) => {
      const oid = "0".repeat(64);
      const { url } = await serve((_request, response) => {
        response.end(JSON.stringify({ objects: [{ oid, actions: { download: { href } } }] }));
      });
      const path = join(directory, "file");
      const fetched = fetchLfsObject({
        repositoryUrl: `${url}/repo`,
        oid,
        size: 1,
        path,
        env: {},
        retry: { retries: 0 },
      });
      await expect(fetched).rejects.toThrow(/which is not safe/);
      expect(await readdir(directory)).toEqual([]);
    },
  );
});
