import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { ResponseBody } from "./response-body.js";

describe("ResponseBody", () => {
  it("gives all bytes that arrived before the error that ended it", async () => {
    const stream = new PassThrough();
    const body = new ResponseBody(stream);
    stream.write(Buffer.alloc(50_000));
    stream.write(Buffer.alloc(20_000));
    await sleep(5);
    stream.destroy(new Error("cut"));
    await sleep(5);
    expect((await body.next())?.length).toBe(50_000);
    expect((await body.next())?.length).toBe(20_000);
    await expect(body.next()).rejects.toThrow("cut");
  });

  it("stops reading ahead of a slow reader", async () => {
    const stream = new PassThrough({ highWaterMark: 1000 });
    const body = new ResponseBody(stream);
    let written = 0;
    const write = () => {
      while (written < 10_000_000 && stream.write(Buffer.alloc(10_000))) written += 10_000;
    };
    stream.on("drain", write);
    write();
    await sleep(50);
    expect(written).toBeLessThan(2_000_000);
    for (let read = 0; read < 200; read += 1) await body.next();
    expect(written).toBeGreaterThan(1_000_000);
  });

  it("ends a waiting reader when it is destroyed", async () => {
    const body = new ResponseBody(new PassThrough());
    setTimeout(() => body.destroy(new Error("enough")), 5);
    await expect(body.next()).rejects.toThrow("enough");
  });
});
