import { type RulesReport, UnauthorizedError } from "@mlebench/kaggle-client";
import { RunnerError } from "../../errors.js";

/** Competitions whose rules this Kaggle account has still to accept. */
export class RulesMissingError extends RunnerError {
  readonly competitions: readonly { readonly competitionId: string; readonly rulesUrl: string }[];

  constructor(competitions: RulesMissingError["competitions"]) {
    const pages = competitions.map(({ rulesUrl }) => `\n  ${rulesUrl}`).join("");
    super({
      code: "RUNNER_RULES_NOT_ACCEPTED",
      message: `The rules of ${competitions.length} competition${competitions.length === 1 ? " are" : "s are"} not accepted by this Kaggle account:${pages}`,
      hint: 'Open each page, choose "Late Submission" or "Join Competition", accept, and run again; `mlebench tos --open` opens them one by one. --skip-tos-check skips this check.',
    });
    this.competitions = competitions;
  }
}

/** Kaggle would not answer any more (429, or credentials it refuses) before all rules were checked. */
export class RulesCheckStoppedError extends RunnerError {
  readonly report: RulesReport;

  constructor(report: RulesReport) {
    const { accepted, notAccepted, unknown, unchecked, stopped } = report;
    const total = accepted.length + notAccepted.length + unknown.length + unchecked.length;
    const pages = notAccepted.map(({ rulesUrl }) => `\n  ${rulesUrl}`).join("");
    // With credentials that Kaggle refuses nothing can be downloaded either.
    const isRefused = UnauthorizedError.is(stopped);
    super({
      code: "RUNNER_RULES_CHECK_STOPPED",
      message: [
        `The check of Kaggle's rules stopped after ${total - unchecked.length} of ${total} competitions: ${stopped?.message}`,
        accepted.length === 0 ? "" : ` ${accepted.length} accepted so far are remembered.`,
        pages === "" ? "" : ` Known to be still to accept:${pages}`,
      ].join(""),
      hint: [stopped?.hint, isRefused ? undefined : "--skip-tos-check skips the check."]
        .filter((part) => part !== undefined)
        .join(" "),
      cause: stopped,
    });
    this.report = report;
  }
}
