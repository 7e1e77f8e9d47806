import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunEvent, readEvalLog } from "@mlebench/runner";
import { expect, it } from "vitest";
import { runFromCode } from "./run-from-code.js";

it("runs both epochs in the sandboxes of the config and tells what happens", async () => {
  const directory = await mkdtemp(join(tmpdir(), "api-run-"));
  try {
    const events: RunEvent[] = [];
    const result = await runFromCode({ directory, onEvent: (event) => events.push(event) });
    expect(result).toMatchObject({ exitCode: 0, finishedSamples: 2, totalSamples: 2 });
    const ends = events.flatMap((event) => (event.type === "sample-end" ? [`${event.epoch} ${event.status}`] : []));
    expect(ends.sort()).toEqual(["1 finished", "2 finished"]);
    const log = await readEvalLog(result.logPath);
    expect(log.eval.tags).toEqual(["example"]);
    const epochs = log.samples?.map(({ epoch, events }) => [epoch, /"EPOCH":"(\d)"/.exec(JSON.stringify(events))?.[1]]);
    expect(epochs?.sort()).toEqual([
      [1, "1"],
      [2, "2"],
    ]);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
