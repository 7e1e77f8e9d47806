import { homedir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { stateDirectory } from "./state-directory.js";

describe("stateDirectory", () => {
  it("is below $XDG_STATE_HOME, or below the home folder where that is not absolute", () => {
    expect(stateDirectory({ XDG_STATE_HOME: "/somewhere" })).toBe("/somewhere/mlebench");
    const usual = join(homedir(), ".local", "state", "mlebench");
    expect(stateDirectory({ XDG_STATE_HOME: "state" })).toBe(usual);
    expect(stateDirectory({})).toBe(usual);
  });
});
