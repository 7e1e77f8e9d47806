import { AssetUnavailableError } from "@mlebench/data-prep";
import { expect, it } from "vitest";
import { missingAssets } from "./missing-assets.js";

const missing = (count: number) =>
  Array.from({ length: count }, (_, index) => {
    const competitionId = `toy-${index}`;
    const cause = new Error("The download failed.", { cause: new Error("connect ECONNREFUSED 127.0.0.1:9") });
    const error = new AssetUnavailableError(competitionId, "description.md", ["a long list of places"], { cause });
    return { competitionId, kind: "description" as const, error };
  });

it("names whose files are missing, and what is at the bottom of it", () => {
  expect(missingAssets("description", { missing: missing(2) })).toBe(
    "The descriptions of toy-0, toy-1 can't be had (connect ECONNREFUSED 127.0.0.1:9)",
  );
  expect(missingAssets("leaderboard", { missing: missing(1) })).toMatch(/^The leaderboard of toy-0 can't be had/);
});

it("counts those that would make the line too long", () => {
  const text = missingAssets("description", { missing: missing(75) });
  expect(text).toContain("The descriptions of toy-0, toy-1, toy-10, toy-11, toy-12, toy-13 and 69 more can't be had");
});
