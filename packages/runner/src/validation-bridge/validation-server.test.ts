import { mkdtemp, readdir, rm } from "node:fs/promises";
import { request as httpRequest, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sleep } from "@mlebench/base";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { boundOf, WIDE_BOUND } from "../test-support/wide-bound.js";
import { CallBudget } from "./call-budget.js";
import { createValidationServer, type ValidationCall, type ValidationServerOptions } from "./validation-server.js";

const HEAD = '--b\r\nContent-Disposition: form-data; name="file"; filename="submission.csv"\r\n\r\n';
const TAIL = "\r\n--b--\r\n";
const TYPE = { "content-type": "multipart/form-data; boundary=b" };

let scratchDirectory: string;
let cleanUps: (() => void)[] = [];
beforeEach(async () => {
  scratchDirectory = await mkdtemp(join(tmpdir(), "mlebench-validation-server-"));
});
afterEach(async () => {
  for (const clean of cleanUps) clean();
  cleanUps = [];
  await rm(scratchDirectory, { recursive: true });
});

/** A server with a clock that the test moves. */
async function serve(options: Partial<ValidationServerOptions> = {}) {
  const calls: ValidationCall[] = [];
  const clock = { milliseconds: 0 };
  let checks = 0;
  const server = createValidationServer({
    scratchDirectory,
    bound: WIDE_BOUND,
    budget: new CallBudget(() => clock.milliseconds),
    validate: async () => {
      checks += 1;
      return { valid: true };
    },
    onCall: (call) => calls.push(call),
    ...options,
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanUps.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/validate`;
  const form = (content: string): FormData => {
    const data = new FormData();
    data.append("file", new Blob([content]), "submission.csv");
    return data;
  };
  const post = (content = "id,y\n1,0\n") => fetch(url, { method: "POST", body: form(content) });
  return { url, port, calls, clock, post, checks: () => checks };
}

/** A call that sends its body only when it is told to. */
function askFirst(port: number, bytes: number): Promise<{ status: number; sentBody: boolean; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { ...TYPE, "content-length": String(bytes), expect: "100-continue" };
    let sentBody = false;
    const call = httpRequest({ port, host: "127.0.0.1", path: "/validate", method: "POST", headers });
    call.on("continue", () => {
      sentBody = true;
      call.end(HEAD.padEnd(bytes - TAIL.length, "x") + TAIL);
    });
    call.on("response", (response: IncomingMessage) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, sentBody, text }));
    });
    call.on("error", reject);
    call.flushHeaders();
  });
}

it("takes a time limit of more days than a timer of Node can hold", async () => {
  const { post } = await serve({
    timeoutSeconds: 60 * 86_400,
    validate: async (_path, signal) => {
      await sleep(100, signal);
      return { valid: true };
    },
  });
  const response = await post();
  expect([response.status, await response.json()]).toEqual([200, { result: "Submission is valid." }]);
});

describe("more calls than anybody needs", () => {
  it("are answered sixty at once and then one a second, others with 429 and how long to wait", async () => {
    const { post, clock, calls, checks } = await serve();
    const statuses: number[] = [];
    for (let call = 0; call < 70; call += 1) statuses.push((await post()).status);
    expect(statuses).toEqual([...Array<number>(60).fill(200), ...Array<number>(10).fill(429)]);
    const refused = await post();
    expect(refused.headers.get("retry-after")).toBe("1");
    expect(await refused.json()).toEqual({
      error: "Too many validation calls.",
      details:
        "At most 60 validation calls a minute are answered. Wait 1 s, then call again. This says nothing about the submission.",
    });
    expect(checks()).toBe(60);
    expect(calls.filter(({ outcome }) => outcome === "refused")).toHaveLength(11);
    clock.milliseconds += 1000;
    expect((await post()).status).toBe(200);
    expect((await post()).status).toBe(429);
  });

  it("never meet an agent that calls once a second all day", () => {
    const clock = { now: 0 };
    const budget = new CallBudget(() => clock.now);
    for (let second = 0; second < 9000; second += 1) {
      expect(budget.take()).toBeUndefined();
      clock.now += 1000;
    }
  });

  it("end after ten thousand, which the answer says", () => {
    const clock = { now: 0 };
    const budget = new CallBudget(() => clock.now);
    for (let call = 0; call < 10_000; call += 1) {
      expect(budget.take()).toBeUndefined();
      clock.now += 1000;
    }
    const refusal = budget.take();
    expect(refusal?.reason).toMatch(/All 10000 validation calls of this task are used up/);
    expect(refusal?.waitSeconds).toBeUndefined();
  });

  it("cannot be bought with malformed forms, which count like others", async () => {
    const { url } = await serve();
    const malformed = () => fetch(url, { method: "POST", headers: TYPE, body: "x" });
    for (let call = 0; call < 60; call += 1) expect((await malformed()).status).toBe(400);
    expect((await malformed()).status).toBe(429);
  });

  it("leave nothing on the host's disk, and send no body that waits to be asked for", async () => {
    const { post, port } = await serve();
    for (let call = 0; call < 60; call += 1) await post();
    expect(await askFirst(port, 50_000_000)).toMatchObject({ status: 429, sentBody: false });
    expect((await post("x".repeat(5_000_000))).status).toBe(429);
    expect(await readdir(scratchDirectory)).toEqual([]);
  });
});

describe("an upload that is larger than submissions may be", () => {
  it("is invalid before its first byte is read, when it says its size", async () => {
    const { port, calls, checks } = await serve({ bound: boundOf(1000) });
    const answer = await askFirst(port, 5_000_000);
    expect(answer).toMatchObject({ status: 413, sentBody: false });
    expect(JSON.parse(answer.text)).toEqual({
      result: "Submission invalid! The submission is too large; at most 1000 are read.",
    });
    expect(checks()).toBe(0);
    expect(calls).toMatchObject([{ outcome: "invalid", bytes: 0 }]);
  });

  it("is invalid, and no more of it is kept, when it does not", async () => {
    const { url, checks } = await serve({ bound: boundOf(1000) });
    async function* body(): AsyncIterable<Uint8Array> {
      yield Buffer.from(HEAD);
      for (let piece = 0; piece < 100; piece += 1) yield Buffer.alloc(10_000, "x");
      yield Buffer.from(TAIL);
    }
    const init = { method: "POST", headers: TYPE, body: ReadableStream.from(body()), duplex: "half" } as RequestInit;
    const response = await fetch(url, init);
    expect(response.status).toBe(413);
    expect(await response.text()).toContain("Submission invalid!");
    expect(checks()).toBe(0);
    await expect.poll(() => readdir(scratchDirectory)).toEqual([]);
  });

  it("is read whole up to the bound", async () => {
    const { port } = await serve({ bound: boundOf(2_000_000) });
    expect(await askFirst(port, 1_900_000)).toMatchObject({ status: 200, sentBody: true });
  });
});
