import { checkAcceptedRules, RulesCheckStoppedError } from "@mlebench/runner";
import { EXIT } from "../errors.js";
import { type CompetitionOptions, chooseCompetitions } from "../options/choose-competitions.js";
import { openPages } from "../output/open-pages.js";
import { toStderr, toStdout } from "../output/print.js";
import { printJson } from "../output/print-json.js";
import { withInterrupts } from "../run/with-interrupts.js";

export interface TosOptions extends CompetitionOptions {
  readonly open?: true;
  readonly recheck?: true;
  readonly json?: true;
}

const WORDS = { accepted: "accepted", "not-accepted": "not accepted", unknown: "not known" } as const;

/** `mlebench tos` */
export async function tos(options: TosOptions): Promise<void> {
  const ids = await chooseCompetitions(options, { fallback: "low" });
  const warnings = new Set<string>();
  await withInterrupts(
    async (signal) => {
      const ask = (asked: readonly string[], ignoreCache: boolean) =>
        checkAcceptedRules(asked, {
          ignoreCache,
          signal,
          onWarning: (message) => warnings.add(message),
          onEvent: ({ competitionId, state, isCached, done, total }) =>
            toStderr(`[${done}/${total}] ${competitionId}: ${WORDS[state]}${isCached ? " (remembered)" : ""}\n`),
        });
      let report = await ask(ids, options.recheck ?? false);
      for (const message of warnings) toStderr(`warning: ${message}\n`);
      if (options.open && report.notAccepted.length > 0) {
        await openPages(
          report.notAccepted.map(({ rulesUrl }) => rulesUrl),
          { signal },
        );
        report = await ask(ids, false);
      }
      const { accepted, notAccepted, unknown, unchecked, stopped } = report;
      if (options.json) {
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
        printJson(json);
      } else {
        const lines = [`${accepted.length} of ${ids.length} accepted`];
        if (notAccepted.length > 0) {
          const shortcut = options.open ? "" : "; --open opens them one by one";
          lines.push(`Open these pages, join the competition (Late Submission) and accept the rules${shortcut}:`);
          lines.push(...notAccepted.map(({ rulesUrl }) => `  ${rulesUrl}`));
        }
        lines.push(...unknown.map(({ competitionId, error }) => `${competitionId}: not known, ${error.message}`));
        if (unchecked.length > 0) lines.push(`Not asked: ${unchecked.join(", ")}`);
        toStdout(`${lines.join("\n")}\n`);
      }
      if (stopped) throw new RulesCheckStoppedError(report);
      if (!report.isComplete) process.exitCode = EXIT.failure;
    },
    { ending: "stopping; what is accepted is remembered" },
  );
}
