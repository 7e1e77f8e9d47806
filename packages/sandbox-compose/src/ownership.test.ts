import { currentOwner, ownerState } from "@mlebench/base";
import { describe, expect, it } from "vitest";
import { readOwnership } from "./ownership.js";

describe("readOwnership", () => {
  it("reads what was written", () => {
    const ownership = { runId: "r1", owner: currentOwner(), keep: true };
    expect(readOwnership(JSON.parse(JSON.stringify(ownership)))).toEqual(ownership);
  });

  it.each([undefined, null, "", 7, [[]], {}, { runId: 1, owner: "me", keep: "yes" }, { owner: { pid: Number.NaN } }])(
    "takes %j for something of nobody who is known here",
    (written) => {
      const { runId, owner, keep } = readOwnership(written);
      expect([runId, keep, ownerState(owner)]).toEqual(["", false, "unknown"]);
    },
  );
});
