import { expect, it } from "vitest";
import { Bandwidth } from "./bandwidth.js";

it("lets several payers together have the rate, and nobody more for having been idle", async () => {
  let now = 100;
  const waits: number[] = [];
  const bandwidth = new Bandwidth(1000, {
    seconds: () => now,
    sleep: async (seconds) => void waits.push(seconds),
  });
  await bandwidth.pay(500);
  await bandwidth.pay(1000);
  now = 101;
  await bandwidth.pay(500);
  now = 200;
  await bandwidth.pay(3000);
  expect(waits).toEqual([0.5, 1.5, 1, 3]);
});
