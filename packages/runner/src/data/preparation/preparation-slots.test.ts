import { sleep } from "@mlebench/base";
import { describe, expect, it } from "vitest";
import { PreparationSlots } from "./preparation-slots.js";

const isFree = async (slots: PreparationSlots): Promise<boolean> => {
  const taken = await Promise.race([slots.all(), sleep(20)]);
  if (!taken) return false;
  taken[Symbol.dispose]();
  return true;
};

describe("slots of preparations", () => {
  it("gives all to one that waits for the others, and to two such one after the other", async () => {
    const slots = new PreparationSlots(2);
    const first = await slots.one();
    const order: string[] = [];
    const alone = ["a", "b"].map(async (name) => {
      using _all = await slots.all();
      order.push(`${name} in`);
      await Promise.resolve();
      order.push(`${name} out`);
    });
    const after = slots.one().then((slot) => {
      order.push("one");
      slot[Symbol.dispose]();
    });
    await Promise.resolve();
    expect(order).not.toContain("a in");
    first[Symbol.dispose]();
    await Promise.all([...alone, after]);
    expect(order.filter((entry) => entry !== "one")).toEqual(["a in", "a out", "b in", "b out"]);
    for (const name of ["a", "b"]) expect(order.indexOf(`${name} out`)).toBe(order.indexOf(`${name} in`) + 1);
  });

  it("gives back what it has when the wait is aborted", async () => {
    const slots = new PreparationSlots(2);
    const first = await slots.one();
    const stop = new AbortController();
    const waiting = slots.all(stop.signal);
    stop.abort(new Error("stopped"));
    await expect(waiting).rejects.toThrow("stopped");
    first[Symbol.dispose]();
    expect(await isFree(slots)).toBe(true);
  });

  it("lends a slot to another, and has it again afterwards", async () => {
    const slots = new PreparationSlots(1);
    const slot = await slots.one();
    expect(await slot.lend(() => isFree(slots))).toBe(true);
    expect(await isFree(slots)).toBe(false);
  });

  it("keeps nothing when it is over before what was done meanwhile", async () => {
    const slots = new PreparationSlots(1);
    const slot = await slots.one();
    let finish = (): void => undefined;
    const lent = slot.lend(() => new Promise<void>((resolve) => (finish = resolve)));
    slot[Symbol.dispose]();
    finish();
    await lent;
    expect(await isFree(slots)).toBe(true);
  });
});
