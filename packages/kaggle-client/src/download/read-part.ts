import { UnexpectedResponseError } from "../errors.js";
import { bodyChunks } from "../http/read-body.js";
import type { DownloadSource } from "./source.js";

/**
 * Reads one range of a remote object into memory.
 * @param range as in the header, for example `bytes=0-99`.
 * @returns the bytes and how many the whole object has.
 * @throws UnexpectedResponseError when the answer is another range or everything.
 */
export async function readPart(
  source: DownloadSource,
  range: string,
  options: { readonly length: number; readonly stallSeconds: number; readonly signal?: AbortSignal },
): Promise<{ part: Buffer; bytes: number }> {
  const { length, stallSeconds, signal } = options;
  const { what } = source;
  const response = await source.open({ range }, signal);
  const contentRange = response.header("content-range") ?? "";
  const total = /^bytes \d+-\d+\/(\d+)$/.exec(contentRange)?.[1];
  if (response.status !== 206 || total === undefined || !contentRange.startsWith(range.replace("=", " "))) {
    response.body.destroy();
    throw new UnexpectedResponseError(what, `status ${response.status} for a range of it`);
  }
  const chunks: Uint8Array[] = [];
  let received = 0;
  for await (const chunk of bodyChunks(response.body, { what, stallSeconds, signal })) {
    chunks.push(chunk);
    received += chunk.length;
    if (received > length) throw new UnexpectedResponseError(what, "more bytes than were asked for");
  }
  if (received !== length) throw new UnexpectedResponseError(what, `${received} bytes where ${length} were asked for`);
  return { part: Buffer.concat(chunks), bytes: Number(total) };
}
