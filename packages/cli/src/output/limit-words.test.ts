import { describe, expect, it } from "vitest";
import { limitOf, limitWords } from "./limit-words.js";

describe("the words for a sample's limit", () => {
  it.each([
    ["a limit of the run", { limit: "time" }, "time limit"],
    ["a disk that the agent filled", { limit: "custom", metadata: { ended_by_agent: "disk" } }, "disk limit"],
    [
      "a sandbox that the agent ended",
      { limit: "custom", metadata: { ended_by_agent: "sandbox ended by the agent" } },
      "sandbox ended by the agent",
    ],
    ["a solver's own limit", { limit: "custom", metadata: {} }, "custom limit"],
    ["no limit", {}, undefined],
  ])("name %s", (_name, row, words) => {
    expect(limitOf(row)).toBe(words);
  });

  it("are the same for an event, which has the deed as its limit", () => {
    expect([limitWords("memory"), limitWords("sandbox ended by the agent"), limitWords(undefined)]).toEqual([
      "memory limit",
      "sandbox ended by the agent",
      undefined,
    ]);
  });
});
