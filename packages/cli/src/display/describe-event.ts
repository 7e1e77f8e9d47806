import { formatBytes } from "@mlebench/base";
import { medalOf, type RunEvent } from "@mlebench/runner";
import { formatDuration } from "../output/format.js";
import { limitWords } from "../output/limit-words.js";
import { continued, oneLine, style } from "../output/style.js";
import { formatTable, left, right } from "../output/table.js";

/**
 * An event as a line for people; undefined for what is only shown in a live table.
 * @param epochs of the run; the epoch is named only when there are several.
 */
export function describeEvent(event: RunEvent, epochs: number): string | undefined {
  const name = "competitionId" in event && event.competitionId !== undefined ? oneLine(sampleName(event, epochs)) : "";
  switch (event.type) {
    case "run-start":
      return [
        `${style.bold(oneLine(event.task))} with ${style.bold(oneLine(event.model))}: ${count(event.samples, "sample")} of ${count(event.competitions.length, "competition")}`,
        event.reusedSamples > 0 ? `, ${event.reusedSamples} taken over from before` : "",
        event.protocol === "inspect" ? "" : `, protocol ${event.protocol}`,
        `\nLog: ${oneLine(event.logPath)}`,
      ].join("");
    case "warning":
      return `${style.yellow("warning:")} ${event.competitionId ? `${event.competitionId}: ` : ""}${continued(event.message)}`;
    case "rules-check":
      return `Checking on Kaggle that the rules of ${count(event.competitions.length, "competition")} are accepted`;
    case "disk-plan":
      return describeDiskPlan(event);
    case "prepare-start":
      return `${event.competitionId}: preparing its data`;
    case "prepare-end":
      if (event.error !== undefined)
        return `${event.competitionId}: ${style.red("preparing failed:")} ${continued(event.error)}`;
      return event.worked ? `${event.competitionId}: data ready after ${formatDuration(event.seconds)}` : undefined;
    case "sandbox-event":
      if (event.event.type === "build-start")
        return `Building the image ${event.event.image}; the first time this takes a while`;
      if (event.event.type === "build-end")
        return `Built ${event.event.image} in ${formatDuration(event.event.seconds)}`;
      if (event.event.type === "sandbox-kept")
        return `${name}: the sandbox stays up; enter it with: ${oneLine(event.event.connection)}`;
      return undefined;
    case "sample-start":
      return event.attempt === 1 ? `${name}: started` : `${name}: started, attempt ${event.attempt}`;
    case "sample-retry":
      return `${name}: ${style.yellow("failed, trying again:")} ${continued(event.message)}`;
    case "sample-end":
      return `${name}: ${describeEnd(event)}`;
    default:
      return undefined;
  }
}

function describeDiskPlan({ downloads, peakBytes, freeBytes }: Extract<RunEvent, { type: "disk-plan" }>): string {
  const bytes = (value: number | undefined): string => (value === undefined ? "?" : formatBytes(value));
  if (downloads.every((plan) => plan.peakBytes === undefined)) {
    return `Disk for ${count(downloads.length, "download")}: Kaggle did not tell how much they take; ${formatBytes(freeBytes)} are free`;
  }
  const table = formatTable(
    [...left("to download"), ...right("zip", "unpacked", "written", "peak")],
    downloads.map((plan) => [
      plan.competitionId + (plan.isEstimate ? " (estimate)" : ""),
      bytes(plan.zipBytes),
      bytes(plan.unpackedBytes),
      bytes(plan.writtenBytes),
      bytes(plan.peakBytes),
    ]),
  );
  const lack =
    peakBytes !== undefined && peakBytes > freeBytes
      ? `\n${style.yellow("warning:")} that may not fit; what does not is told when its turn comes, and what is done stays`
      : "";
  return `Disk for ${count(downloads.length, "download")}: at most ${bytes(peakBytes)} at one time, ${formatBytes(freeBytes)} are free${lack}\n${table.trimEnd()}`;
}

/** What a preparation is at: the stage, how much of it, and how fast a download is. */
export function describeProgress(event: Extract<RunEvent, { type: "prepare-progress" }>): string {
  const { stage, done = 0, total, bytesPerSecond, secondsLeft } = event;
  return [
    stage,
    total ? ` ${Math.round((100 * done) / total)} %` : "",
    bytesPerSecond === undefined ? "" : `, ${formatBytes(bytesPerSecond)}/s`,
    secondsLeft === undefined ? "" : `, ${formatDuration(secondsLeft)} left`,
  ].join("");
}

export function sampleName(
  { competitionId, epoch }: { competitionId?: string; epoch?: number },
  epochs: number,
): string {
  return epochs > 1 && epoch !== undefined ? `${competitionId} (epoch ${epoch})` : (competitionId ?? "");
}

function describeEnd(event: Extract<RunEvent, { type: "sample-end" }>): string {
  const time = formatDuration(event.seconds);
  if (event.status === "cancelled") return style.yellow(`cancelled after ${time}`);
  if (event.status === "error") return `${style.red(`error after ${time}:`)} ${continued(event.error ?? "")}`;
  const words = limitWords(event.limit);
  const limit = words === undefined ? "" : ` (${words})`;
  const { report } = event;
  if (!report) return `finished in ${time}${limit}`;
  if (!report.valid_submission)
    return `finished in ${time}${limit}: ${style.yellow("no valid submission:")} ${continued(report.reason ?? "")}`;
  const medal = medalOf(report);
  const place = medal ? style.green(`${medal} medal`) : `${report.above_median ? "above" : "below"} the median`;
  return `finished in ${time}${limit}: score ${report.score}, ${place}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
