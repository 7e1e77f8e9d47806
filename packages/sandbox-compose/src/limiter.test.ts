import { describe, expect, it } from "vitest";
import { Limiter } from "./limiter.js";

describe("Limiter", () => {
  it("lets so many through, the others in their order", async () => {
    const limiter = new Limiter(2);
    const order: number[] = [];
    let most = 0;
    await Promise.all(
      [1, 2, 3, 4, 5, 6].map(async (number) => {
        const release = await limiter.acquire();
        order.push(number);
        most = Math.max(most, limiter.running);
        await new Promise((resolve) => setTimeout(resolve, 5));
        release();
        release();
      }),
    );
    expect(order).toEqual([1, 2, 3, 4, 5, 6]);
    expect(most).toBe(2);
    expect(limiter.running).toBe(0);
  });

  it("forgets who gives up waiting", async () => {
    const limiter = new Limiter(1);
    const release = await limiter.acquire();
    const controller = new AbortController();
    let waited = 0;
    const givesUp = limiter.acquire(controller.signal, () => {
      waited += 1;
    });
    const patient = limiter.acquire();
    controller.abort(new Error("enough"));
    await expect(givesUp).rejects.toThrow("enough");
    release();
    (await patient)();
    expect([waited, limiter.running]).toEqual([1, 0]);
  });
});
