import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { FaultEffect } from "./faults.js";
import type { ServedObject } from "./served-object.js";

export interface ServeOptions {
  /** Which checksum the answer announces. @default "md5" */
  readonly announce?: "md5" | "crc32c" | "none";
  readonly contentType?: string;
  readonly fault?: FaultEffect;
}

/** Answers GET and HEAD for an object as Google's storage does: ranges, If-Range, 416, ETag, x-goog-hash. */
export async function serveObject(
  request: IncomingMessage,
  response: ServerResponse,
  object: ServedObject,
  options: ServeOptions = {},
): Promise<void> {
  const { fault } = options;
  if (fault?.type === "retag") object.retag();
  const etag = await object.etag();
  response.setHeader("etag", etag);
  response.setHeader("last-modified", object.lastModified);
  response.setHeader("accept-ranges", "bytes");
  response.setHeader("content-type", options.contentType ?? "application/octet-stream");
  await announce(response, object, options.announce ?? "md5");

  const range = fault?.type === "ignore-range" ? undefined : rangeOf(request, object, etag);
  if (range === "unsatisfiable") {
    response.setHeader("content-range", `bytes */${object.bytes}`);
    response.writeHead(416).end();
    return;
  }
  const start = range?.start ?? 0;
  const end = range?.end ?? object.bytes;
  if (range !== undefined) response.setHeader("content-range", `bytes ${start}-${end - 1}/${object.bytes}`);
  const extra = fault?.type === "wrong-length" ? fault.extraBytes : 0;
  response.setHeader("content-length", end - start + extra);
  response.writeHead(range === undefined ? 200 : 206);
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  await sendBytes(response, object, start, end, fault);
}

async function announce(
  response: ServerResponse,
  object: ServedObject,
  kind: "md5" | "crc32c" | "none",
): Promise<void> {
  if (kind === "none") return;
  const { md5, crc32c } = await object.checksums();
  const base64 = (hex: string | undefined) => Buffer.from(hex ?? "", "hex").toString("base64");
  const parts = [`crc32c=${base64(crc32c)}`, ...(kind === "md5" ? [`md5=${base64(md5)}`] : [])];
  response.setHeader("x-goog-hash", parts);
  response.setHeader("x-goog-stored-content-length", object.bytes);
  response.setHeader("x-goog-stored-content-encoding", "identity");
}

function rangeOf(
  request: IncomingMessage,
  object: ServedObject,
  etag: string,
): { start: number; end: number } | "unsatisfiable" | undefined {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
  if (from === undefined) return undefined;
  const condition = request.headers["if-range"];
  if (condition !== undefined && condition !== etag && condition !== object.lastModified) return undefined;
  const start = Number(from);
  if (start >= object.bytes) return "unsatisfiable";
  return { start, end: to ? Math.min(Number(to) + 1, object.bytes) : object.bytes };
}

async function sendBytes(
  response: ServerResponse,
  object: ServedObject,
  start: number,
  end: number,
  fault: FaultEffect | undefined,
): Promise<void> {
  const limit = fault?.type === "cut" || fault?.type === "stall" ? start + fault.afterBytes : Number.POSITIVE_INFINITY;
  let at = start;
  if (limit === start) response.flushHeaders();
  for await (const piece of object.read(start, end)) {
    let chunk = piece.subarray(0, Math.max(0, limit - at));
    if (fault?.type === "corrupt" && fault.atByte >= at && fault.atByte < at + chunk.length) {
      chunk = Uint8Array.from(chunk);
      chunk[fault.atByte - at]! ^= 0xff;
    }
    await write(response, chunk);
    if (response.destroyed) return;
    at += chunk.length;
    if (fault?.type === "slow") await sleep((chunk.length / fault.bytesPerSecond) * 1000);
    if (at >= limit) break;
  }
  if (at >= limit && at < end) {
    if (fault?.type === "stall") return gone(response);
    response.destroy();
    return;
  }
  if (fault?.type === "wrong-length") {
    response.destroy();
    return;
  }
  response.end();
}

/** Resolves when the bytes have left for good, so that a cut right after cannot take them along. */
function write(response: ServerResponse, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    if (chunk.length === 0 || response.destroyed) return resolve();
    response.once("close", resolve);
    response.write(chunk, () => {
      response.off("close", resolve);
      resolve();
    });
    return undefined;
  });
}

function gone(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    if (response.destroyed) resolve();
    else response.once("close", () => resolve());
  });
}
