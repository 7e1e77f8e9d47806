import { describe, expect, it } from "vitest";
import {
  findCompetition,
  getChecksums,
  getCompetition,
  getThresholds,
  listCompetitions,
  registerCompetition,
} from "./catalogue.js";
import { CompetitionsError } from "./errors.js";
import { EXCLUDED_COMPETITIONS } from "./excluded-competitions.js";
import type { CompetitionEntry } from "./schema.js";

const ENTRY: CompetitionEntry = {
  competition: {
    id: "my-plug-in",
    name: "Mine",
    type: "plug-in",
    awardsMedals: false,
    prizes: null,
    answers: "private/answers.csv",
    sampleSubmission: "public/sample_submission.csv",
    goldSubmission: "private/answers.csv",
    metric: "accuracy",
    splits: [],
    category: "Tabular",
    sizeGB: 0.1,
  },
  thresholds: { gold: 0.9, silver: 0.8, bronze: 0.7, median: 0.6, isLowerBetter: false, teams: null, sources: [] },
};

describe("the catalogue", () => {
  it("holds 82 competitions with thresholds and checksums each", () => {
    const competitions = listCompetitions();
    expect(competitions).toHaveLength(82);
    for (const { id } of competitions) {
      expect(getThresholds(id), id).toBeDefined();
      expect(getChecksums(id), id).toBeDefined();
    }
  });

  it("orders every competition's lines from gold to the median", () => {
    for (const { id } of listCompetitions()) {
      const { gold, silver, bronze, median, isLowerBetter } = getThresholds(id)!;
      const lines = [gold, silver, bronze, median].map((line) => (isLowerBetter ? line : -line));
      expect(
        [...lines].sort((a, b) => a - b),
        id,
      ).toEqual(lines);
    }
  });

  it("answers with one competition's facts", () => {
    expect(getCompetition("spaceship-titanic")).toMatchObject({
      id: "spaceship-titanic",
      answers: "private/test.csv",
      splits: ["dev"],
    });
    expect(findCompetition("nothing")).toBeUndefined();
    expect(getThresholds("nothing")).toBeUndefined();
  });

  it("suggests the nearest id for a mistyped one", () => {
    expect(() => getCompetition("spaceship-titanc")).toThrow(
      expect.objectContaining({ code: "COMPETITION_UNKNOWN", hint: expect.stringContaining("spaceship-titanic") }),
    );
    expect(() => getCompetition("toString")).toThrow(
      expect.objectContaining({ code: "COMPETITION_UNKNOWN", kind: "usage" }),
    );
  });

  it("excludes competitions that exist", () => {
    for (const { id } of EXCLUDED_COMPETITIONS) expect(getCompetition(id).id).toBe(id);
    expect(EXCLUDED_COMPETITIONS).toHaveLength(2);
  });

  it("takes a plug-in's competition once", () => {
    registerCompetition(ENTRY);
    expect(getCompetition("my-plug-in").name).toBe("Mine");
    expect(getThresholds("my-plug-in")?.gold).toBe(0.9);
    expect(getChecksums("my-plug-in")).toBeUndefined();
    expect(listCompetitions().at(-1)?.id).toBe("my-plug-in");
    expect(() => registerCompetition(ENTRY)).toThrow(
      expect.objectContaining({ code: "COMPETITION_DUPLICATE", kind: "failure" }),
    );
  });

  it("names what is wrong with a plug-in's competition", () => {
    const wrong = { ...ENTRY, competition: { ...ENTRY.competition, id: "../escape", answers: "answers.csv" } };
    let thrown: unknown;
    try {
      registerCompetition(wrong);
    } catch (error) {
      thrown = error;
    }
    expect(CompetitionsError.is(thrown)).toBe(true);
    expect(thrown).toMatchObject({
      code: "COMPETITION_INVALID",
      message: expect.stringMatching(/competition\.id.*competition\.answers/),
    });
  });
});
