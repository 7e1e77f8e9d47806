import { describe, expect, it } from "vitest";
import { GraderError } from "./errors.js";
import { medalLines, medalsFor } from "./medals.js";

describe("medal lines", () => {
  it("put the first of a handful of teams on every line", () => {
    expect(medalLines([0.9])).toEqual({ gold: 0.9, silver: 0.9, bronze: 0.9, median: 0.9, isLowerBetter: false });
  });

  it("take the mean of the middle two as median and tell the direction by the ends", () => {
    expect(medalLines([1, 2, 4, 9])).toMatchObject({ median: 3, isLowerBetter: true });
  });

  it("change with the number of teams", () => {
    const board = (teams: number) => Array.from({ length: teams }, (_, index) => -(index + 1));
    expect(medalLines(board(99))).toMatchObject({ gold: -9, silver: -19, bronze: -39 });
    expect(medalLines(board(100))).toMatchObject({ gold: -10, silver: -20, bronze: -40 });
    expect(medalLines(board(249))).toMatchObject({ gold: -10, silver: -49, bronze: -99 });
    expect(medalLines(board(250))).toMatchObject({ gold: -10, silver: -50, bronze: -100 });
    expect(medalLines(board(999))).toMatchObject({ gold: -11, silver: -50, bronze: -100 });
    expect(medalLines(board(1000))).toMatchObject({ gold: -12, silver: -50, bronze: -100 });
    expect(medalLines(board(4271))).toMatchObject({ gold: -18, silver: -213, bronze: -427 });
  });

  it("refuse an empty leaderboard", () => {
    expect(() => medalLines([])).toThrow(GraderError);
  });
});

describe("medals of a score", () => {
  const lines = { gold: 0.9, silver: 0.8, bronze: 0.7, median: 0.5, isLowerBetter: false };

  it("go to the best line that is reached", () => {
    expect(medalsFor(0.9, lines)).toEqual({ gold: true, silver: false, bronze: false, any: true, aboveMedian: true });
    expect(medalsFor(0.85, lines)).toMatchObject({ gold: false, silver: true, bronze: false });
    expect(medalsFor(0.7, lines)).toMatchObject({ silver: false, bronze: true, any: true });
    expect(medalsFor(0.6, lines)).toMatchObject({ any: false, aboveMedian: true });
  });

  it("need more than the median to be above it", () => {
    expect(medalsFor(0.5, lines).aboveMedian).toBe(false);
    expect(medalsFor(0.5, { ...lines, isLowerBetter: true }).aboveMedian).toBe(false);
  });

  it("are none without a score and with NaN", () => {
    const none = { gold: false, silver: false, bronze: false, any: false, aboveMedian: false };
    expect(medalsFor(null, lines)).toEqual(none);
    expect(medalsFor(Number.NaN, lines)).toEqual(none);
  });
});
