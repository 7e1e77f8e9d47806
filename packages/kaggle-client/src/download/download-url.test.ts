import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UnexpectedResponseError } from "../errors.js";
import { type Loopback, startLoopback } from "../testing/loopback.js";
import { downloadUrl } from "./download-url.js";

let directory: string;
const servers: Loopback[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "download-url-"));
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await rm(directory, { recursive: true, force: true });
});

type Handler = Parameters<typeof startLoopback>[0];

async function serve(handle: Handler): Promise<string> {
  const server = await startLoopback(handle);
  servers.push(server);
  return server.url;
}

const get = (url: string, options: Partial<Parameters<typeof downloadUrl>[1]> = {}) =>
  downloadUrl(url, { directory, env: {}, retry: { retries: 1, minDelaySeconds: 0.01 }, ...options });

describe("downloadUrl", () => {
  it("names the file after the address and reads a body without a length", async () => {
    const url = await serve(async (_request, response) => {
      response.write("one,");
      response.end("two");
    });
    const result = await get(`${url}/some%20folder/a%20file.txt?x=1`);
    expect(result).toMatchObject({ path: join(directory, "a file.txt"), bytes: 7, verified: [] });
    expect(await readFile(result.path, "utf8")).toBe("one,two");
  });

  it("keeps private headers from the host it is sent on to", async () => {
    const seen: (string | undefined)[] = [];
    const other = await serve(async (request, response) => {
      seen.push(request.headers.authorization);
      response.end("content");
    });
    const url = await serve(async (request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(302, { location: `${other}/elsewhere` }).end();
    });
    await get(`${url}/file`, { headers: { authorization: "Bearer s3cret" } });
    expect(seen).toEqual(["Bearer s3cret", undefined]);
  });

  it.each(["file:///etc/passwd", "ftp://example.org/x", undefined])("refuses to be sent to %s", async (location) => {
    const url = await serve(async (_request, response) => {
      response.writeHead(302, location === undefined ? {} : { location }).end();
    });
    await expect(get(`${url}/file`)).rejects.toBeInstanceOf(UnexpectedResponseError);
  });

  it("does not follow redirects for ever", async () => {
    const url = await serve(async (_request, response) => {
      response.writeHead(302, { location: "/file" }).end();
    });
    await expect(get(`${url}/file`)).rejects.toThrow(/more than 10 redirects/);
  });

  it("asks for a path when the address has no usable name", async () => {
    for (const address of ["http://127.0.0.1:9/", "http://127.0.0.1:9/a/%2e%2e%2fb"]) {
      await expect(get(address)).rejects.toBeInstanceOf(UnexpectedResponseError);
    }
  });

  it("does not continue the part of another address", async () => {
    let content = "a".repeat(50_000);
    let cut = true;
    const ranges: (string | undefined)[] = [];
    const url = await serve(async (request, response) => {
      ranges.push(request.headers.range);
      response.writeHead(200, { etag: '"1"', "content-length": content.length });
      if (!cut) return void response.end(content);
      response.write(content.slice(0, 20_000), () => response.destroy());
    });
    await expect(get(`${url}/x?id=1`, { retry: { retries: 0 } })).rejects.toMatchObject({ code: "KAGGLE_NETWORK" });
    cut = false;
    content = "b".repeat(50_000);
    const { path } = await get(`${url}/x?id=2`);
    expect(ranges).toEqual([undefined, undefined]);
    expect(await readFile(path, "utf8")).toBe(content);
  });

  it("goes through the proxy of the environment", async () => {
    const url = await serve(async (_request, response) => {
      response.end("through the tunnel");
    });
    const tunnels: (string | undefined)[] = [];
    const proxy = createServer();
    proxy.on("connect", (request, socket) => {
      tunnels.push(request.url);
      const [host, port] = (request.url ?? "").split(":");
      const upstream = connect(Number(port), host, () => socket.write("HTTP/1.1 200 OK\r\n\r\n"));
      upstream.pipe(socket).pipe(upstream);
    });
    await new Promise<void>((listening) => proxy.listen(0, "127.0.0.1", listening));
    const address = proxy.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    const { path } = await get(`${url}/file`, { env: { HTTP_PROXY: `127.0.0.1:${address.port}` } });
    expect(await readFile(path, "utf8")).toBe("through the tunnel");
    expect(tunnels).toEqual([new URL(url).host]);
    proxy.closeAllConnections();
    await new Promise((closed) => proxy.close(closed));
  });
});
