import { ModelAnswerTooLargeError, NotAModelServerError } from "../errors.js";

/** More than any answer of a model needs; a server that goes on and on must not fill the memory. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/**
 * The same response with a limit to its size.
 * @param url where it came from, for messages.
 * @param onText gets the body's text as it is read.
 * @throws NotAModelServerError for a page of HTML with a status of success: a login page or a proxy's.
 */
export async function boundedResponse(
  response: Response,
  url: string,
  onText: (text: string) => void,
): Promise<Response> {
  if (response.body === null) return response;
  const decoder = new TextDecoder();
  let bytes = 0;
  const bounded = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        bytes += chunk.byteLength;
        if (bytes > MAX_ANSWER_BYTES) throw new ModelAnswerTooLargeError(url, MAX_ANSWER_BYTES);
        onText(decoder.decode(chunk, { stream: true }));
        controller.enqueue(chunk);
      },
    }),
  );
  const { status, statusText, headers } = response;
  const same = new Response(bounded, { status, statusText, headers });
  if (!response.ok || !/^text\/html\b/i.test(headers.get("content-type") ?? "")) return same;
  // Some servers give JSON the wrong type.
  const page = await same.text();
  if (!/^\s*</.test(page)) return new Response(page, { status, statusText, headers });
  const title = /<title[^>]*>([^<]{1,200})<\/title>/i.exec(page)?.[1]?.trim();
  throw new NotAModelServerError(url, status, title);
}
