import { expect, it } from "vitest";
import { PreparationSlots } from "./preparation-slots.js";

it("gives all places to one that waits for the others, and to two such one after the other", async () => {
  const places = new PreparationSlots(2);
  const first = await places.one();
  const order: string[] = [];
  const alone = ["a", "b"].map(async (name) => {
    const leave = await places.all();
    order.push(`${name} in`);
    await Promise.resolve();
    order.push(`${name} out`);
    leave();
  });
  const after = places.one().then((leave) => {
    order.push("one");
    leave();
  });
  await Promise.resolve();
  expect(order).not.toContain("a in");
  first();
  await Promise.all([...alone, after]);
  expect(order.filter((entry) => entry !== "one")).toEqual(["a in", "a out", "b in", "b out"]);
  for (const name of ["a", "b"]) expect(order.indexOf(`${name} out`)).toBe(order.indexOf(`${name} in`) + 1);
});

it("gives back what it has when the wait is aborted", async () => {
  const places = new PreparationSlots(2);
  const first = await places.one();
  const stop = new AbortController();
  const waiting = places.all(stop.signal);
  stop.abort(new Error("stopped"));
  await expect(waiting).rejects.toThrow("stopped");
  first();
  (await places.all())();
});
