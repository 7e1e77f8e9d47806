import { describe, expect, it } from "vitest";
import { NetworkError, NotFoundError, RateLimitedError, ServerError } from "../errors.js";
import { retryDelay, withRetry } from "./retry.js";

describe("retryDelay", () => {
  it("grows, has a limit, and ends with the tries", () => {
    const error = new NetworkError("x", "cut");
    const delays = [1, 2, 3, 4, 5, 6, 7].map((attempt) => retryDelay(error, attempt, { maxDelaySeconds: 4 }));
    expect(delays[0]).toBeGreaterThanOrEqual(0.25);
    expect(delays[0]).toBeLessThanOrEqual(0.5);
    expect(delays[5]).toBeGreaterThanOrEqual(2);
    expect(delays[5]).toBeLessThanOrEqual(4);
    expect(delays[6]).toBeUndefined();
  });

  it("honours Retry-After unless it is too long to wait for", () => {
    expect(retryDelay(new RateLimitedError("x", { retryAfterSeconds: 42 }), 1)).toBe(42);
    expect(retryDelay(new ServerError("x", 503, { retryAfterSeconds: 42 }), 1)).toBe(42);
    expect(retryDelay(new RateLimitedError("x", { retryAfterSeconds: 301 }), 1)).toBeUndefined();
  });

  it("does not repeat what will not change", () => {
    expect(retryDelay(new NotFoundError("x", ""), 1)).toBeUndefined();
    expect(retryDelay(new ServerError("x", 501), 1)).toBeUndefined();
    expect(retryDelay(new TypeError("bug"), 1)).toBeUndefined();
    expect(retryDelay(new RateLimitedError("x"), 1, { rateLimitRetries: 0 })).toBeUndefined();
  });
});

describe("withRetry", () => {
  it("repeats until it succeeds and tells each repetition", async () => {
    let calls = 0;
    const told: number[] = [];
    const action = async () => {
      calls += 1;
      if (calls < 3) throw new ServerError("x", 500);
      return "done";
    };
    const policy = { minDelaySeconds: 0.001 };
    expect(await withRetry(action, { policy, onRetry: ({ attempt }) => told.push(attempt) })).toBe("done");
    expect(told).toEqual([1, 2]);
  });
});
