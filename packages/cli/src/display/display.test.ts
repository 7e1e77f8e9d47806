import { expect, it } from "vitest";
import { canRedraw } from "./display.js";

it("draws over lines on terminals that can, and nowhere else", () => {
  expect(canRedraw(true, { TERM: "xterm-256color" })).toBe(true);
  expect(canRedraw(false, { TERM: "xterm-256color" })).toBe(false);
  expect(canRedraw(true, { TERM: "dumb" })).toBe(false);
  expect(canRedraw(true, { TERM: "xterm", CI: "true" })).toBe(false);
});
