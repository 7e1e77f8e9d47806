import { describe, expect, it } from "vitest";
import { validationLines } from "./validation-lines.js";

type Outcome = "valid" | "invalid" | "error" | "refused";

function caller() {
  const clock = { now: 0 };
  const line = validationLines(1, () => clock.now);
  const counts = { valid: 0, invalid: 0, error: 0, refused: 0 };
  const call = (outcome: Outcome, seconds = 0): string | undefined => {
    clock.now += seconds * 1000;
    counts[outcome] += 1;
    return line({ type: "validation-call", competitionId: "c", epoch: 1, outcome, counts: { ...counts } });
  };
  return { call };
}

describe("lines about the validation endpoint", () => {
  it("are one for each change, with the counts", () => {
    const { call } = caller();
    expect(call("invalid")).toBe("c: asked the validation endpoint: invalid");
    expect(call("invalid", 60)).toBeUndefined();
    expect(call("valid", 1)).toBe("c: asked the validation endpoint: valid (so far 1 valid, 2 invalid)");
  });

  it("are few, whatever an agent calls", () => {
    const { call } = caller();
    const lines = Array.from({ length: 4000 }, (_, index) => call(index % 2 === 0 ? "valid" : "invalid", 0.01));
    expect(lines.filter((line) => line !== undefined).length).toBeLessThanOrEqual(11);
  });
});
