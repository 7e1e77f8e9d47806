import { createLocalProvider } from "@mlebench/sandbox-compose";
import { expect, it } from "vitest";
import { CANDIDATES } from "./candidates.js";
import { judge } from "./sorting-eval.js";

it("tells the right program from the wrong one and the one that never ends", async () => {
  await using provider = createLocalProvider();
  expect(await judge(provider, CANDIDATES)).toEqual([
    { name: "right", passed: 3, failed: 0, timedOut: 0 },
    { name: "as-text", passed: 1, failed: 2, timedOut: 0 },
    { name: "endless", passed: 0, failed: 0, timedOut: 3 },
  ]);
}, 60_000);
