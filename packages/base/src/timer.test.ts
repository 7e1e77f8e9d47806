import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { startDeadline, startTimer } from "./timer.js";

const DAY = 24 * 3600 * 1000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("fires after longer than the longest timeout of Node, and not before", () => {
  const fired = vi.fn();
  startTimer(60 * DAY, fired);
  vi.advanceTimersByTime(60 * DAY - 1000);
  expect(fired).not.toHaveBeenCalled();
  vi.advanceTimersByTime(2000);
  expect(fired).toHaveBeenCalledOnce();
});

it("can be forgotten, also after the first stretch", () => {
  const fired = vi.fn();
  const forget = startTimer(60 * DAY, fired);
  vi.advanceTimersByTime(40 * DAY);
  forget();
  vi.advanceTimersByTime(40 * DAY);
  expect(fired).not.toHaveBeenCalled();
});

it("never fires when the time is infinite", () => {
  const fired = vi.fn();
  startTimer(Number.POSITIVE_INFINITY, fired);
  vi.advanceTimersByTime(400 * DAY);
  expect(fired).not.toHaveBeenCalled();
});

it("aborts a deadline's signal with its reason, unless it was disposed of", () => {
  const kept = startDeadline(25 * DAY, () => new Error("too late"));
  const over = startDeadline(25 * DAY);
  over[Symbol.dispose]();
  vi.advanceTimersByTime(25 * DAY - 1000);
  expect(kept.signal.aborted).toBe(false);
  vi.advanceTimersByTime(2000);
  expect(kept.signal.reason).toEqual(new Error("too late"));
  expect(over.signal.aborted).toBe(false);
});
