import type { RunEvent } from "@mlebench/runner";
import { createLogUpdate } from "log-update";
import { formatCount, formatDuration } from "../output/format.js";
import { toStderr } from "../output/print.js";
import { oneLine, rendered, style } from "../output/style.js";
import { formatTableWithin, terminalWidth } from "../output/table.js";
import { describeEvent, describeProgress, sampleName } from "./describe-event.js";
import type { Display } from "./display.js";
import { validationLines } from "./validation-lines.js";

const REDRAW_MILLISECONDS = 200;

interface Running {
  readonly name: string;
  readonly started: number;
  state: string;
  messages: number;
  tokens: number;
}

/** Finished things scroll by as lines; below them a table of what runs is redrawn in place. */
export function richDisplay(epochs: number): Display {
  const update = createLogUpdate(process.stderr, { showCursor: true });
  const describeCall = validationLines(epochs);
  const running = new Map<string, Running>();
  const preparing = new Map<string, string>();
  const totals = { samples: 0, done: 0, errors: 0, valid: 0, aboveMedian: 0, medals: 0 };
  let building: string | undefined;

  const draw = (): void => {
    const lines: string[] = [];
    if (building !== undefined) lines.push(style.dim(`building: ${oneLine(building)}`));
    for (const [id, state] of preparing) lines.push(style.dim(oneLine(`${id}: ${state}`)));
    if (running.size > 0) {
      const rows = [...running.values()].map(({ name, started, state, messages, tokens }) => [
        name,
        state,
        String(messages),
        formatCount(tokens),
        formatDuration((performance.now() - started) / 1000),
      ]);
      lines.push(
        formatTableWithin(
          [
            { title: "running" },
            { title: "state" },
            { title: "messages", align: "right", dropRank: 2 },
            { title: "tokens", align: "right", dropRank: 1 },
            { title: "time", align: "right", dropRank: 3 },
          ],
          rows,
          terminalWidth(process.stderr),
        ).trimEnd(),
      );
    }
    if (totals.samples > 1) {
      const { done, samples, errors, valid, aboveMedian, medals } = totals;
      lines.push(
        `${done}/${samples} done, ${errors} errors; valid ${valid}, above median ${aboveMedian}, medals ${medals}`,
      );
    }
    if (lines.length > 0) update(rendered(lines.join("\n")));
    else update.clear();
  };
  const timer = setInterval(draw, REDRAW_MILLISECONDS);
  timer.unref();

  return {
    show(event) {
      follow(event);
      const text = event.type === "validation-call" ? describeCall(event) : describeEvent(event, epochs);
      if (text === undefined) return;
      update.clear();
      toStderr(`${text}\n`);
      draw();
    },
    close() {
      clearInterval(timer);
      update.clear();
      update.done();
    },
  };

  function follow(event: RunEvent): void {
    const key = "competitionId" in event && "epoch" in event ? `${event.competitionId} ${event.epoch}` : "";
    const sample = running.get(key);
    switch (event.type) {
      case "run-start":
        totals.samples = event.samples;
        break;
      case "prepare-start":
        preparing.set(event.competitionId, "preparing");
        break;
      case "prepare-progress":
        preparing.set(event.competitionId, describeProgress(event));
        break;
      case "prepare-end":
        preparing.delete(event.competitionId);
        break;
      case "sample-start":
        running.set(key, {
          name: sampleName(event, epochs),
          started: performance.now(),
          state: "starting",
          messages: 0,
          tokens: 0,
        });
        break;
      case "sandbox-event":
        if (event.event.type === "build-output") building = event.event.line.trim().slice(0, 100);
        else if (event.event.type === "build-end") building = undefined;
        else if (sample && event.event.type === "slot-wait") sample.state = "waiting for a sandbox";
        break;
      case "sample-progress":
        if (!sample) break;
        sample.state = event.activity;
        sample.messages = event.messages;
        sample.tokens = event.usage.total_tokens;
        break;
      case "sample-end":
        running.delete(key);
        totals.done += 1;
        if (event.status === "error") totals.errors += 1;
        if (event.report?.valid_submission) totals.valid += 1;
        if (event.report?.above_median) totals.aboveMedian += 1;
        if (event.report?.any_medal) totals.medals += 1;
        break;
      default:
        break;
    }
  }
}
