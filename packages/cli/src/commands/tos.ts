import { checkAcceptedRules, EXCLUDED_COMPETITIONS, getCompetition, readSplit } from "@mlebench/runner";
import { EXIT } from "../errors.js";
import { withInterrupts } from "../run/with-interrupts.js";

/** `mlebench tos` */
export async function tos(options: {
  readonly competition?: readonly string[];
  readonly split?: string;
  readonly json?: true;
}): Promise<void> {
  const ids = options.competition ?? (await readSplit(options.split ?? "low"));
  for (const id of ids) getCompetition(id);
  const asked = options.competition ? ids : ids.filter((id) => !EXCLUDED_COMPETITIONS.some((each) => each.id === id));
  const report = await withInterrupts((signal) =>
    checkAcceptedRules(asked, {
      signal,
      onEvent: ({ competitionId, state, done, total }) =>
        process.stderr.write(`[${done}/${total}] ${competitionId}: ${state}\n`),
    }),
  );
  if (options.json) {
    const { accepted, notAccepted, unknown, unchecked, stopped } = report;
    const json = {
      accepted,
      not_accepted: notAccepted.map(({ competitionId, rulesUrl }) => ({
        competition_id: competitionId,
        rules_url: rulesUrl,
      })),
      unknown: unknown.map(({ competitionId, error }) => ({ competition_id: competitionId, error: error.message })),
      unchecked,
      stopped: stopped?.message,
    };
    process.stdout.write(`${JSON.stringify(json, null, 2)}\n`);
  } else {
    const lines = [`${report.accepted.length} of ${asked.length} accepted`];
    if (report.notAccepted.length > 0) {
      lines.push("Open these pages, join the competition (Late Submission) and accept the rules:");
      lines.push(...report.notAccepted.map(({ rulesUrl }) => `  ${rulesUrl}`));
    }
    lines.push(...report.unknown.map(({ competitionId, error }) => `${competitionId}: not known, ${error.message}`));
    process.stdout.write(`${lines.join("\n")}\n`);
  }
  if (report.stopped) throw report.stopped;
  if (!report.isComplete) process.exitCode = EXIT.failure;
}
