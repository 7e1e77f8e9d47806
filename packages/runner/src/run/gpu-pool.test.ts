import { expect, it } from "vitest";
import { GpuPool } from "./gpu-pool.js";

const never = new AbortController().signal;

it("never gives one GPU to two samples, and serves in order", async () => {
  const pool = new GpuPool(["0", "1", "2"]);
  const first = await pool.acquire(2, never);
  const order: string[] = [];
  const second = pool.acquire(2, never).then((gpus) => {
    order.push("second");
    return gpus;
  });
  const third = pool.acquire(1, never).then((gpus) => {
    order.push("third");
    return gpus;
  });
  expect(first.ids).toEqual(["0", "1"]);
  first.release();
  first.release();
  const [two, three] = [await second, await third];
  expect(order).toEqual(["second", "third"]);
  expect([...two.ids, ...three.ids].sort()).toEqual(["0", "1", "2"]);
});

it("lets others on when a waiting sample is cancelled", async () => {
  const pool = new GpuPool(["0"]);
  const controller = new AbortController();
  const large = pool.acquire(2, controller.signal);
  const small = pool.acquire(1, never);
  controller.abort(new Error("stop"));
  await expect(large).rejects.toThrow("stop");
  expect((await small).ids).toEqual(["0"]);
});
