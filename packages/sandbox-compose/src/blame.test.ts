import { describe, expect, it } from "vitest";
import { blame, deedOf, type EndFacts } from "./blame.js";
import { SandboxUnavailableError } from "./errors.js";

/** As [what happened, what is known, whose doing]. The same rows as docs/outcomes.md. */
const ROWS: readonly (readonly [name: string, facts: EndFacts, whose: "agent" | "host"])[] = [
  ["a container that died without anybody's doing", { reason: "stopped", watched: true }, "agent"],
  ["one that another client killed", { reason: "stopped", watched: true, byOthers: "killed" }, "host"],
  ["one that died while nobody listened to the engine", { reason: "stopped", watched: false }, "host"],
  [
    "one that the kernel ended for the machine's sake",
    { reason: "stopped", watched: true, hostOutOfMemory: true },
    "host",
  ],
  ["one that ran out of its own memory", { reason: "out-of-memory", watched: true }, "agent"],
  ["one that ran out of its own memory, unwatched", { reason: "out-of-memory", watched: false }, "agent"],
  [
    "one that is said to have, with the machine out of memory",
    { reason: "out-of-memory", watched: true, hostOutOfMemory: true },
    "host",
  ],
  ["one that wrote more than it may", { reason: "disk", watched: true }, "agent"],
  ["one whose processes would not end", { reason: "unresponsive", watched: true }, "agent"],
  ["one that somebody removed", { reason: "removed", watched: true }, "host"],
  ["one whose engine went away", { reason: "daemon", watched: true }, "host"],
  ["one that was disposed of", { reason: "disposed", watched: true }, "host"],
];

describe("whose doing the end of a sandbox was", () => {
  it.each(ROWS)("is told of %s", (_name, facts, whose) => {
    expect(blame(facts)).toBe(whose);
  });

  it("has a name in logs and tables", () => {
    expect((["disk", "out-of-memory", "unresponsive", "stopped"] as const).map(deedOf)).toEqual([
      "disk",
      "memory",
      "processes",
      "sandbox ended by the agent",
    ]);
  });

  it("is the host's unless a provider says otherwise", () => {
    expect(new SandboxUnavailableError("s", "stopped", "it ended.").causedBy).toBe("host");
    const deed = new SandboxUnavailableError("s", "stopped", "it ended.", { causedBy: "agent" });
    expect(deed).toMatchObject({ causedBy: "agent", facts: "it ended.", hint: expect.stringContaining("scored") });
  });
});
