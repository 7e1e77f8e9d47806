import { describe, expect, it } from "vitest";
import { EngineError } from "./engine-answers.js";
import { Freezer, type FreezingEngine } from "./freezer.js";

/** An engine whose calls fail with these messages, one after the other, and then no more. */
function engineThatFails(...messages: string[]): FreezingEngine & { readonly calls: string[] } {
  const calls: string[] = [];
  return {
    calls,
    async pauseContainer() {
      calls.push("pause");
      const message = messages.shift();
      if (message !== undefined) throw new EngineError(message, 500, undefined);
    },
    async unpauseContainer() {
      calls.push("unpause");
    },
    inspectContainer: () => Promise.reject(new EngineError("not asked for", 500, undefined)),
  };
}

describe("Freezer", () => {
  it("tries again when the runtime was too busy to stop the processes", async () => {
    const engine = engineThatFails("OCI runtime pause failed: unable to freeze", "unable to freeze");
    await new Freezer(engine, "one").during(async () => engine.calls.push("work"));
    expect(engine.calls).toEqual(["pause", "pause", "pause", "work", "unpause"]);
  });

  it("works all the same on what cannot be stopped", async () => {
    const engine = engineThatFails("container one is not running");
    await new Freezer(engine, "one").during(async () => engine.calls.push("work"));
    expect(engine.calls).toEqual(["pause", "work"]);
  });
});
