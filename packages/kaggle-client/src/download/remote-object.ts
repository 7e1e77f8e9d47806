import type { HttpResponse } from "../http/transport.js";
import { announcedChecksums } from "./checksums.js";
import type { PartState } from "./part-file.js";

/** What a complete answer says about its object. */
export function freshState(identity: string, response: HttpResponse): PartState {
  const length = response.header("content-length");
  const totalBytes = length !== undefined && /^\d+$/.test(length) ? Number(length) : undefined;
  return {
    identity,
    etag: response.header("etag"),
    lastModified: response.header("last-modified"),
    totalBytes,
    announced: announcedChecksums(response),
  };
}

/** What If-Range accepts: a strong ETag, else a date. */
export function validator(state: PartState): string | undefined {
  if (state.etag !== undefined && !state.etag.startsWith("W/")) return state.etag;
  return state.etag === undefined ? state.lastModified : undefined;
}

/** Whether two answers are about the same object, as far as they tell. */
export function sameObject(before: PartState, after: PartState): boolean {
  return before.totalBytes === after.totalBytes && validator(before) === validator(after);
}

/** Whether a 206 really is the rest of the object at hand. */
export function continues(response: HttpResponse, state: PartState, offset: number): boolean {
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.header("content-range") ?? "") ?? [];
  if (start === undefined || Number(start) !== offset) return false;
  if (total !== "*" && state.totalBytes !== undefined && Number(total) !== state.totalBytes) return false;
  const etag = response.header("etag");
  return etag === undefined || state.etag === undefined || etag === state.etag;
}

/** A header's date; undefined when it is none. */
export function parseDate(text: string | undefined): Date | undefined {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : new Date(time);
}
