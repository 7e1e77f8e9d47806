import { describe, expect, it } from "vitest";
import { makeRunPlan } from "../plan/run-plan.js";
import { failsRun, runSchedule, type SampleOutcome } from "./schedule.js";

const FINISHED: SampleOutcome = { status: "finished" };
/** One turn of the event loop: whatever can happen now has happened after it. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("the schedule", () => {
  it("never runs more samples at a time than allowed, and runs them all", async () => {
    let running = 0;
    let most = 0;
    const seen: string[] = [];
    const { samples } = makeRunPlan({ competitions: ["a", "b", "c", "d"], epochs: 3 });
    const result = await runSchedule({
      samples,
      prepare: turn,
      runSample: async ({ competitionId, epoch }) => {
        running += 1;
        most = Math.max(most, running);
        await turn();
        seen.push(`${competitionId}${epoch}`);
        running -= 1;
        return FINISHED;
      },
      maxSamples: 3,
    });
    expect(most).toBe(3);
    expect(seen.sort()).toEqual(samples.map(({ competitionId, epoch }) => `${competitionId}${epoch}`).sort());
    expect(result).toEqual({ finished: 12, errors: 0, cancelled: 0, failed: false });
  });

  it("prepares the next competition while the first one runs, once, one at a time, and not further ahead", async () => {
    const NEXT: Record<string, string> = { a: "b", b: "c", c: "d", d: "a" };
    const events: string[] = [];
    let preparing = 0;
    await runSchedule({
      samples: makeRunPlan({ competitions: ["a", "b", "c", "d"], epochs: 2 }).samples,
      prepare: async (id) => {
        preparing += 1;
        expect(preparing).toBe(1);
        await turn();
        events.push(`prepared ${id}`);
        preparing -= 1;
      },
      runSample: async ({ competitionId, epoch }) => {
        // As long as the next preparation takes, which begins with the first epoch at the latest.
        while (epoch === 1 && !events.includes(`prepared ${NEXT[competitionId]}`)) await turn();
        for (let index = 0; index < 5; index += 1) await turn();
        events.push(`ran ${competitionId}${epoch}`);
        return FINISHED;
      },
      maxSamples: 1,
      prepareAhead: 1,
    });
    expect(events.filter((event) => event.startsWith("prepared"))).toEqual([
      "prepared a",
      "prepared b",
      "prepared c",
      "prepared d",
    ]);
    expect(events.indexOf("prepared b")).toBeLessThan(events.indexOf("ran a1"));
    expect(events.indexOf("prepared c")).toBeGreaterThan(events.indexOf("ran a2"));
  });

  it("hands a failed preparation to every sample of that competition only", async () => {
    const errors: string[] = [];
    const result = await runSchedule({
      samples: makeRunPlan({ competitions: ["a", "b"], epochs: 2 }).samples,
      prepare: async (id) => {
        if (id === "a") throw new Error("no disk");
      },
      runSample: async ({ competitionId }, { preparationError }) => {
        if (!preparationError) return FINISHED;
        errors.push(competitionId);
        return { status: "error", message: String(preparationError) };
      },
      maxSamples: 2,
      failOnError: false,
    });
    expect(errors).toEqual(["a", "a"]);
    expect(result).toEqual({ finished: 2, errors: 2, cancelled: 0, failed: false });
  });

  it("stops the others at the first error when told so", async () => {
    const result = await runSchedule({
      samples: makeRunPlan({ competitions: ["a", "b", "c"], epochs: 1 }).samples,
      prepare: async () => undefined,
      runSample: async ({ competitionId }, { signal }) => {
        if (competitionId === "a") return { status: "error" };
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        return { status: "cancelled" };
      },
      maxSamples: 2,
    });
    expect(result).toEqual({ finished: 0, errors: 1, cancelled: 2, failed: true });
  });

  it("ends soon after it was cancelled from outside, waiting samples included", async () => {
    const controller = new AbortController();
    const running = runSchedule({
      samples: makeRunPlan({ competitions: ["a", "b", "c"], epochs: 2 }).samples,
      prepare: async () => undefined,
      runSample: async (_sample, { signal }) => {
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        return { status: "cancelled" };
      },
      maxSamples: 1,
      signal: controller.signal,
    });
    setTimeout(() => controller.abort(), 10);
    expect(await running).toEqual({ finished: 0, errors: 0, cancelled: 6, failed: false });
  });
});

describe("fail-on-error", () => {
  it("counts, and takes shares", () => {
    expect(failsRun(true, 1, 10)).toBe(true);
    expect(failsRun(false, 10, 10)).toBe(false);
    expect([failsRun(3, 2, 10), failsRun(3, 3, 10)]).toEqual([false, true]);
    expect([failsRun(0.2, 1, 10), failsRun(0.2, 2, 10)]).toEqual([false, true]);
  });
});
