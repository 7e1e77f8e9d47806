import { RunnerError } from "../../errors.js";

/** Competitions whose rules this Kaggle account has still to accept. */
export class RulesMissingError extends RunnerError {
  readonly competitions: readonly { readonly competitionId: string; readonly rulesUrl: string }[];

  constructor(competitions: readonly { readonly competitionId: string; readonly rulesUrl: string }[]) {
    const pages = competitions.map(({ rulesUrl }) => `\n  ${rulesUrl}`).join("");
    super({
      code: "RUNNER_RULES_NOT_ACCEPTED",
      message: `The rules of ${competitions.length} competition${competitions.length === 1 ? " are" : "s are"} not accepted by this Kaggle account:${pages}`,
      hint: 'Open each page, choose "Late Submission" or "Join Competition", accept, and run again; `mlebench tos --open` opens them one by one. --skip-tos-check skips this check.',
    });
    this.competitions = competitions;
  }
}
