import fc from "fast-check";
import { expect, it } from "vitest";
import { editDistance } from "./edit-distance.js";
import { parseRetryAfter } from "./retry-after.js";
import { shortId } from "./short-id.js";
import { sleep } from "./sleep.js";
import { withoutUndefined } from "./without-undefined.js";

it("reads Retry-After as seconds or a date", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  expect(parseRetryAfter("1.5", now)).toBe(1.5);
  expect(parseRetryAfter("Thu, 01 Jan 2026 00:01:00 GMT", now)).toBe(60);
  expect(parseRetryAfter("Thu, 01 Jan 2025 00:01:00 GMT", now)).toBe(0);
  expect([parseRetryAfter("soon", now), parseRetryAfter(null, now)]).toEqual([undefined, undefined]);
});

it("ends a wait at once with the signal's own reason", async () => {
  const controller = new AbortController();
  const waiting = sleep(60_000, controller.signal);
  controller.abort("enough");
  await expect(waiting).rejects.toBe("enough");
  await expect(sleep(60_000, controller.signal)).rejects.toBe("enough");
});

it("does not end a wait that is longer than the longest timeout of Node at once", async () => {
  const controller = new AbortController();
  let woken = false;
  const wake = () => {
    woken = true;
  };
  const waiting = sleep(60 * 24 * 3600 * 1000, controller.signal).then(wake, () => {});
  await sleep(20);
  expect(woken).toBe(false);
  controller.abort();
  await waiting;
});

it("makes ids of 22 letters that do not repeat", () => {
  const ids = Array.from({ length: 1000 }, shortId);
  expect(new Set(ids).size).toBe(1000);
  for (const id of ids) expect(id).toMatch(/^[2-9A-HJ-NP-Za-km-z]{22}$/);
});

it("measures edit distance as a metric", () => {
  const text = fc.string({ maxLength: 12 });
  expect(editDistance("kitten", "sitting")).toBe(3);
  fc.assert(
    fc.property(text, text, text, (a, b, c) => {
      expect(editDistance(a, a)).toBe(0);
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
    }),
  );
});

it("leaves out what is undefined, and nothing else", () => {
  expect({ a: 1, b: 2, ...withoutUndefined({ a: undefined, b: null, c: 0 }) }).toStrictEqual({ a: 1, b: null, c: 0 });
});
