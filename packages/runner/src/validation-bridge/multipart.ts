import type { Readable } from "node:stream";
import { RunnerError } from "../errors.js";

/** Longest header block of one part. */
const MAX_PART_HEADER_BYTES = 16_384;
const MAX_PARTS = 32;
const BLANK_LINE = Buffer.from("\r\n\r\n");

/** The body is not the form that was asked for; the client is told so. */
export class FormError extends RunnerError {
  constructor(message: string) {
    super({ code: "RUNNER_VALIDATION_FORM", message });
  }
}

/** Reads the boundary out of a Content-Type header. @throws FormError when there is none. */
export function boundaryOf(contentType: string | undefined): string {
  const match = /^multipart\/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"]{1,200})"|([^\s;]{1,200}))/i.exec(
    contentType ?? "",
  );
  const boundary = match?.[1] ?? match?.[2];
  if (!boundary) throw new FormError("the request is not a multipart form");
  return boundary;
}

/**
 * Streams the first file field of a multipart form to `onData`; other parts are read and dropped.
 * @param onData bytes of the file, in order, in pieces.
 * @returns true when the field was there.
 * @throws FormError when the body breaks off or is no multipart form.
 */
export async function readFileField(
  body: Readable,
  boundary: string,
  field: string,
  onData: (chunk: Uint8Array) => Promise<void>,
): Promise<boolean> {
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  // The first delimiter has no line end before it.
  let pending: Buffer = Buffer.from("\r\n");
  let state: "preamble" | "after-delimiter" | "headers" | "content" | "done" = "preamble";
  let wanted = false;
  let found = false;
  let parts = 0;

  for await (const chunk of body) {
    pending = Buffer.concat([pending, chunk as Buffer]);
    let progress = true;
    while (progress && state !== "done") {
      progress = false;
      if (state === "preamble" || state === "content") {
        const at = pending.indexOf(delimiter);
        const end = at === -1 ? Math.max(0, pending.length - delimiter.length + 1) : at;
        if (state === "content" && wanted && end > 0) await onData(pending.subarray(0, end));
        if (at === -1) pending = pending.subarray(end);
        else {
          pending = pending.subarray(at + delimiter.length);
          state = "after-delimiter";
          progress = true;
        }
      } else if (state === "after-delimiter" && pending.length >= 2) {
        if (pending[0] === 0x2d && pending[1] === 0x2d) state = "done";
        else {
          parts += 1;
          if (parts > MAX_PARTS) throw new FormError("the form has too many parts");
          state = "headers";
          progress = true;
        }
      } else if (state === "headers") {
        const at = pending.indexOf(BLANK_LINE);
        if (at > MAX_PART_HEADER_BYTES || (at === -1 && pending.length > MAX_PART_HEADER_BYTES)) {
          throw new FormError("a part of the form has too long headers");
        }
        if (at !== -1) {
          wanted = !found && isFileField(pending.subarray(0, at).toString("utf8"), field);
          found ||= wanted;
          pending = pending.subarray(at + BLANK_LINE.length);
          state = "content";
          progress = true;
        }
      }
    }
    if (state === "done") pending = Buffer.alloc(0);
  }
  if (state !== "done") throw new FormError("the form breaks off before its end");
  return found;
}

function isFileField(headers: string, field: string): boolean {
  const disposition = headers.split("\r\n").find((line) => /^content-disposition\s*:/i.test(line)) ?? "";
  const name = /;\s*name=(?:"([^"]*)"|([^\s;]+))/i.exec(disposition);
  return (name?.[1] ?? name?.[2]) === field && /;\s*filename\*?=/i.test(disposition);
}
