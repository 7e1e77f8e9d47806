import { expect, it } from "vitest";
import { memoryShareMiB } from "./usable-memory.js";

const GIB = 2 ** 30;

it("takes a share of the container's memory where that has less than the machine", () => {
  const inContainer = { constrainedMemory: () => 8 * GIB, totalMemory: () => 64 * GIB };
  expect(memoryShareMiB(0.5, inContainer)).toBe(4096);
});

it("takes a share of the machine's memory where nothing limits it or the limit means nothing", () => {
  expect(memoryShareMiB(0.5, { constrainedMemory: () => 0, totalMemory: () => 64 * GIB })).toBe(32_768);
  expect(memoryShareMiB(0.5, { constrainedMemory: () => 2 ** 63, totalMemory: () => 64 * GIB })).toBe(32_768);
});

it("gives no process less than 2 GiB", () => {
  expect(memoryShareMiB(0.9 / 16, { constrainedMemory: () => 4 * GIB, totalMemory: () => 64 * GIB })).toBe(2048);
});
