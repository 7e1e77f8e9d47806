import { expect, it } from "vitest";
import { nearestNames } from "./nearest-names.js";

const NAMES = ["spaceship-titanic", "AI4Code", "leaf-classification", "herbarium-2020-fgvc7", "herbarium-2021-fgvc8"];

it("finds a name with a letter missing, doubled or in another case", () => {
  expect(nearestNames("spaceship-titnic", NAMES)[0]).toBe("spaceship-titanic");
  expect(nearestNames("ai4code", NAMES)[0]).toBe("AI4Code");
});

it("finds names by a part, nearest first", () => {
  expect(nearestNames("herbarium", NAMES)).toEqual(["herbarium-2020-fgvc7", "herbarium-2021-fgvc8"]);
});

it("suggests nothing when nothing is near", () => {
  expect(nearestNames("qqqqqqqqqqq", NAMES)).toEqual([]);
  expect(nearestNames("", NAMES)).toEqual([]);
});
