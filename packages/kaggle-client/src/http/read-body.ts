import { startTimer } from "@mlebench/base";
import { KaggleError, StalledError, UnexpectedResponseError } from "../errors.js";
import type { ResponseBody } from "./response-body.js";
import { type HttpResponse, networkError } from "./transport.js";
import { withoutQuery } from "./url.js";

/**
 * The chunks of a body. Only the time spent waiting for the next chunk counts as stalling, not what the reader does between.
 * @throws StalledError, NetworkError, or the reason of an aborted signal.
 */
export async function* bodyChunks(
  body: ResponseBody,
  options: { what: string; stallSeconds: number; signal?: AbortSignal },
): AsyncGenerator<Uint8Array, void, void> {
  const { what, stallSeconds, signal } = options;
  const onAbort = () => body.destroy(signal?.reason);
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    for (;;) {
      signal?.throwIfAborted();
      const forget = startTimer(stallSeconds * 1000, () => body.destroy(new StalledError(what, stallSeconds)));
      const chunk = await body.next().finally(forget);
      signal?.throwIfAborted();
      if (chunk === undefined) return;
      yield chunk;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw KaggleError.is(error) ? error : networkError(what, error);
  } finally {
    signal?.removeEventListener("abort", onAbort);
    body.destroy();
  }
}

/** A small answer has so many times the seconds that its server may be silent. */
const MOST_STALLS = 10;

/**
 * A whole small body as text.
 * @throws UnexpectedResponseError when it is longer than `maxBytes`, packed, or not complete after ten times `stallSeconds`.
 */
export async function readText(
  response: HttpResponse,
  options: { maxBytes: number; stallSeconds: number; signal?: AbortSignal },
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const what = withoutQuery(response.url);
  refuseEncoding(response, what);
  const seconds = options.stallSeconds * MOST_STALLS;
  const tooSlow = () => response.body.destroy(new UnexpectedResponseError(what, `not complete after ${seconds} s`));
  const forget = startTimer(seconds * 1000, tooSlow);
  try {
    for await (const chunk of bodyChunks(response.body, { ...options, what })) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > options.maxBytes) throw new UnexpectedResponseError(what, `more than ${options.maxBytes} bytes`);
    }
  } finally {
    forget();
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Nothing packed is asked for, so that no answer unpacks to more than it has. @throws UnexpectedResponseError */
export function refuseEncoding(response: HttpResponse, what: string): void {
  const encoding = response.header("content-encoding");
  if (encoding === undefined || encoding === "identity") return;
  response.body.destroy();
  throw new UnexpectedResponseError(what, `it came as ${encoding} although that was not asked for`);
}
