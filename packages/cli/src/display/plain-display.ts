import { formatDuration } from "../output/format.js";
import { toStderr } from "../output/print.js";
import { oneLine } from "../output/style.js";
import { describeEvent, describeProgress, sampleName } from "./describe-event.js";
import type { Display } from "./display.js";
import { validationLines } from "./validation-lines.js";

/** At most one line of progress per preparation or build in so many seconds. */
const PROGRESS_SECONDS = 10;

/** One line per event, with the time since the start. */
export function plainDisplay(epochs: number): Display {
  const started = performance.now();
  const describeCall = validationLines(epochs);
  const toldAt = new Map<string, number>();
  const line = (text: string): void => {
    const time = formatDuration((performance.now() - started) / 1000).padStart(8);
    toStderr(`[${time}] ${text}\n`);
  };
  const nowAndThen = (key: string, text: string): void => {
    const now = performance.now();
    if (now - (toldAt.get(key) ?? started) < PROGRESS_SECONDS * 1000) return;
    toldAt.set(key, now);
    line(oneLine(text));
  };
  return {
    show(event) {
      const text = event.type === "validation-call" ? describeCall(event) : describeEvent(event, epochs);
      if (text !== undefined) line(text);
      else if (event.type === "prepare-progress") {
        nowAndThen(event.competitionId, `${event.competitionId}: ${describeProgress(event)}`);
      } else if (event.type === "sandbox-event" && event.event.type === "build-output") {
        nowAndThen(event.event.image, `building: ${event.event.line.trim()}`);
      } else if (event.type === "sample-progress") {
        nowAndThen(
          `${event.competitionId} ${event.epoch}`,
          `${sampleName(event, epochs)}: ${event.messages} messages, ${event.usage.total_tokens} tokens, ${event.activity}`,
        );
      }
    },
    close: () => undefined,
  };
}
