import { describe, expect, it } from "vitest";
import { Semaphore } from "./semaphore.js";

describe("Semaphore", () => {
  it("lets so many through, the others in their order", async () => {
    const semaphore = new Semaphore(2);
    const order: number[] = [];
    let most = 0;
    await Promise.all(
      [1, 2, 3, 4, 5, 6].map(async (number) => {
        const release = await semaphore.acquire();
        order.push(number);
        most = Math.max(most, semaphore.running);
        await new Promise((resolve) => setTimeout(resolve, 5));
        release();
        release();
      }),
    );
    expect(order).toEqual([1, 2, 3, 4, 5, 6]);
    expect(most).toBe(2);
    expect(semaphore.running).toBe(0);
  });

  it("forgets who gives up waiting", async () => {
    const semaphore = new Semaphore(1);
    const release = await semaphore.acquire();
    const controller = new AbortController();
    let waited = 0;
    const givesUp = semaphore.acquire(controller.signal, () => {
      waited += 1;
    });
    const patient = semaphore.acquire();
    controller.abort(new Error("enough"));
    await expect(givesUp).rejects.toThrow("enough");
    release();
    (await patient)();
    expect([waited, semaphore.running]).toEqual([1, 0]);
  });
});
