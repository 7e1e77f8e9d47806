import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
import * as grader from "./index.js";

/** Helpers of the metrics that are none themselves. */
const INNER = ["checks.ts"];

it("exports every metric", async () => {
  const stems = readdirSync(new URL("./metrics/", import.meta.url))
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && !INNER.includes(name))
    .map((name) => name.slice(0, -".ts".length));
  expect(stems.length).toBeGreaterThan(20);
  for (const stem of stems) {
    const metric: Record<string, unknown> = await import(`./metrics/${stem}.ts`);
    expect(Object.keys(grader), stem).toEqual(expect.arrayContaining(Object.keys(metric)));
  }
});
