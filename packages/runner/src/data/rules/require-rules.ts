import type { KaggleClient } from "@mlebench/kaggle-client";
import type { RunEventListener } from "../../events.js";
import { askForRules } from "./ask-for-rules.js";
import { RulesCheckStoppedError } from "./rules-check-stopped-error.js";
import { RulesMissingError } from "./rules-missing-error.js";

/** @throws RulesMissingError with the pages to visit; RulesCheckStoppedError */
export async function requireRules(
  kaggle: KaggleClient,
  competitions: readonly string[],
  { emit, signal }: { readonly emit: RunEventListener; readonly signal?: AbortSignal },
): Promise<void> {
  emit({ type: "rules-check", competitions });
  const report = await askForRules(kaggle, competitions, { signal });
  if (report.stopped) throw new RulesCheckStoppedError(report);
  if (report.notAccepted.length > 0) throw new RulesMissingError(report.notAccepted);
  // Not known is not a no: the download itself will tell, and only for the competition concerned.
  for (const { competitionId, error } of report.unknown) {
    emit({
      type: "warning",
      competitionId,
      message: `It isn't known whether its rules are accepted: ${error.message}`,
    });
  }
}
