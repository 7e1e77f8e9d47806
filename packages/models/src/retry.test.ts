import {
  APICallError,
  type LanguageModelV3,
  type LanguageModelV3CallOptions,
  TypeValidationError,
} from "@ai-sdk/provider";
import { MODEL_CALL_OBSERVER, type ModelCallObserver, Semaphore } from "@mlebench/base";
import { describe, expect, it } from "vitest";
import { mockModel } from "./mock/mock-model.js";
import { parseMockScript } from "./mock/mock-script.js";
import { type RetryOptions, withRetries } from "./retry.js";
import { scrubber } from "./scrubber.js";

const REQUEST: LanguageModelV3CallOptions = { prompt: [{ role: "user", content: [{ type: "text", text: "Hi." }] }] };

/** A model that fails with these errors in turn and then answers. */
function failing(...errors: unknown[]): LanguageModelV3 & { attempts: number } {
  const good = mockModel("good", parseMockScript("good", { turns: [{ text: "hi" }] }));
  const model = {
    ...good,
    attempts: 0,
    async doGenerate(options: LanguageModelV3CallOptions) {
      const error = errors[model.attempts];
      model.attempts += 1;
      if (error !== undefined) throw error;
      return good.doGenerate(options);
    },
  };
  return model;
}

function status(statusCode: number, responseHeaders: Record<string, string> = {}, responseBody = "") {
  return new APICallError({
    message: `status ${statusCode}`,
    url: "",
    requestBodyValues: {},
    statusCode,
    responseHeaders,
    responseBody,
  });
}

function retrying(inner: LanguageModelV3, options: RetryOptions = {}, pool?: Semaphore) {
  const waits: number[] = [];
  let now = Date.UTC(2026, 0, 1);
  const model = withRetries(inner, options, {
    modelId: "test/model",
    keyVariables: ["TEST_KEY"],
    scrub: scrubber([]),
    random: () => 0.5,
    now: () => now,
    async sleep(seconds) {
      waits.push(seconds);
      now += seconds * 1000;
    },
    pool,
  });
  return { model, waits };
}

const refused = (code: string) =>
  Object.assign(new TypeError("fetch failed"), { cause: Object.assign(new Error("connect"), { code }) });

describe("withRetries", () => {
  it("waits twice as long each time, with some jitter, up to the longest wait", async () => {
    const { model, waits } = retrying(failing(...Array.from({ length: 7 }, () => status(500))), { maxWaitSeconds: 60 });
    await model.doGenerate(REQUEST);
    expect(waits).toEqual([4.5, 7.5, 13.5, 25.5, 49.5, 60, 60]);
  });

  it("waits as the server says, in seconds, milliseconds or until a date", async () => {
    const { model, waits } = retrying(
      failing(
        status(429, { "retry-after": "10" }),
        status(529, { "retry-after-ms": "250" }),
        status(503, { "retry-after": new Date(Date.UTC(2026, 0, 1, 0, 1, 40)).toUTCString() }),
      ),
    );
    await model.doGenerate(REQUEST);
    expect(waits.map((wait) => Math.round(wait * 100) / 100)).toEqual([10.15, 0.4, 89.6]);
  });

  it("does not use up its attempts on a server that names short waits again and again", async () => {
    const { model, waits } = retrying(
      failing(...Array.from({ length: 8 }, () => status(429, { "retry-after": "0" }))),
      { jitterSeconds: 0 },
    );
    await model.doGenerate(REQUEST);
    expect(waits).toEqual([0, 0, 0, 0, 3, 6, 12, 24]);
  });

  it("tries a few times when what comes back is no answer, and tells what the server said", async () => {
    const error = new APICallError({
      message: "Invalid JSON response",
      url: "",
      requestBodyValues: {},
      statusCode: 200,
      responseBody: '{"error":{"message":"The provider is down."}}',
      cause: new TypeValidationError({ value: { error: {} }, cause: new Error("choices is missing") }),
    });
    const inner = failing(...Array.from({ length: 50 }, () => error));
    await expect(retrying(inner).model.doGenerate(REQUEST)).rejects.toMatchObject({
      attempts: 6,
      message: expect.stringContaining("The provider is down."),
    });
  });

  it("tells no more of a failure than fits a message", async () => {
    const inner = failing(new RangeError("x".repeat(1_000_000)));
    await expect(retrying(inner).model.doGenerate(REQUEST)).rejects.toSatisfy(
      (error: Error) => error.message.length < 1000,
    );
  });

  it("ends an attempt when the time for the call is over", async () => {
    const slow = mockModel("slow", () => ({ text: "late", delaySeconds: 1000 }));
    const { model, waits } = retrying(slow, { timeoutSeconds: 0.02 });
    await expect(model.doGenerate(REQUEST)).rejects.toMatchObject({
      code: "MODEL_RETRIES_EXHAUSTED",
      attempts: 1,
      message: expect.stringContaining("no complete answer within 0.02 s"),
    });
    expect(waits).toEqual([]);
  });

  it.each([
    ["a timeout of the server", status(408)],
    ["an overload", status(529)],
    ["a reset connection", refused("ECONNRESET")],
    [
      "a body that ends too early",
      Object.assign(new TypeError("terminated"), { cause: new Error("other side closed") }),
    ],
    [
      "a cut that only a code tells",
      Object.assign(new TypeError("Cannot connect: "), { cause: Object.assign(new Error(""), { code: "ECONNRESET" }) }),
    ],
    ["a name that cannot be looked up for now", refused("EAI_AGAIN")],
  ])("tries again after %s", async (_, error) => {
    const inner = failing(error);
    await retrying(inner).model.doGenerate(REQUEST);
    expect(inner.attempts).toBe(2);
  });

  it.each([
    ["a wrong request", status(400), "MODEL_REQUEST_REFUSED"],
    ["a model that does not exist", status(404), "MODEL_REQUEST_REFUSED"],
    ["an account without money", status(429, {}, '{"error":{"code":"insufficient_quota"}}'), "MODEL_REQUEST_REFUSED"],
    ["a wrong key", status(401), "MODEL_WRONG_API_KEY"],
    ["a forbidden model", status(403), "MODEL_WRONG_API_KEY"],
    ["a mistake in the program", new RangeError("index"), "MODEL_REQUEST_REFUSED"],
  ])("does not try again after %s", async (_, error, code) => {
    const inner = failing(error);
    await expect(retrying(inner).model.doGenerate(REQUEST)).rejects.toMatchObject({ code });
    expect(inner.attempts).toBe(1);
  });

  it("gives up sooner when nobody listens at the address", async () => {
    const inner = failing(...Array.from({ length: 50 }, () => refused("ECONNREFUSED")));
    await expect(retrying(inner).model.doGenerate(REQUEST)).rejects.toMatchObject({ attempts: 6 });
  });

  it("gives up when the next wait would go beyond the time for the call", async () => {
    const inner = failing(...Array.from({ length: 50 }, () => status(500)));
    const { model, waits } = retrying(inner, { timeoutSeconds: 30 });
    await expect(model.doGenerate(REQUEST)).rejects.toMatchObject({ code: "MODEL_RETRIES_EXHAUSTED", attempts: 4 });
    expect(waits).toEqual([4.5, 7.5, 13.5]);
  });

  it("tries again when an attempt takes too long", async () => {
    const slow = mockModel("slow", ({ turn }) => ({ text: "late", delaySeconds: turn * 5 }));
    const { model } = retrying(slow, { attemptTimeoutSeconds: 0.02, maxRetries: 1 });
    await expect(model.doGenerate(REQUEST)).rejects.toMatchObject({
      attempts: 2,
      message: expect.stringContaining("no complete answer within 0.02 s"),
    });
  });

  it("tells its observer about retries and waits, for rate limits as for connections", async () => {
    const log: string[] = [];
    const observer: ModelCallObserver = {
      onRetry: ({ attempt, status, waitSeconds }) => log.push(`retry ${attempt} after ${status} in ${waitSeconds}`),
      startWait() {
        log.push("wait");
        return () => log.push("go on");
      },
    };
    const pool = new Semaphore(1);
    const release = await pool.acquire();
    const { model } = retrying(failing(status(429)), {}, pool);
    const options = { ...REQUEST, [MODEL_CALL_OBSERVER]: observer };
    const call = model.doGenerate(options);
    await Promise.resolve();
    release();
    await call;
    expect(log).toEqual(["wait", "go on", "retry 1 after 429 in 4.5", "wait", "go on"]);
  });

  it("holds no connection while it waits", async () => {
    const pool = new Semaphore(1);
    const full: boolean[] = [];
    const model = withRetries(
      failing(status(500)),
      {},
      {
        modelId: "m",
        keyVariables: [],
        scrub: String,
        pool,
        sleep: async () => void full.push(pool.full),
      },
    );
    await model.doGenerate(REQUEST);
    expect(full).toEqual([false]);
    expect(pool.full).toBe(false);
  });
});

describe("Semaphore", () => {
  it("serves in order, and skips those who left", async () => {
    const pool = new Semaphore(1);
    const first = await pool.acquire();
    const leaving = new AbortController();
    const order: string[] = [];
    const left = pool.acquire(leaving.signal).catch(() => order.push("left"));
    const second = pool.acquire().then((release) => {
      order.push("second");
      release();
    });
    const third = pool.acquire().then((release) => {
      order.push("third");
      release();
    });
    leaving.abort();
    await left;
    first();
    first();
    await Promise.all([second, third]);
    expect(order).toEqual(["left", "second", "third"]);
    expect(pool.full).toBe(false);
  });
});
