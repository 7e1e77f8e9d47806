import { checkRules, KaggleClient, type RulesEvent, type RulesReport } from "@mlebench/kaggle-client";
import type { RunEventListener } from "../../events.js";
import { rulesCacheFile } from "../disk/data-directory.js";
import { RulesCheckStoppedError, RulesMissingError } from "./rules-errors.js";

/** Without network a check of all competitions ends soon, and what is not known now is known at the download. */
const PROBE_RETRIES = 2;

/** What {@link checkAcceptedRules} takes. */
export interface CheckRulesOptions {
  /** Ask again for what the cache calls accepted. @default false */
  readonly ignoreCache?: boolean;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
  /** Told what should be changed about the credentials. */
  readonly onWarning?: (message: string) => void;
  readonly onEvent?: (event: RulesEvent) => void;
}

/**
 * Asks Kaggle which competitions' rules this machine's account has accepted; acceptances are kept, so that asking again is
 * cheap, and a check that Kaggle stopped (429) continues where it was.
 * @throws KaggleError without credentials.
 */
export async function checkAcceptedRules(
  competitions: readonly string[],
  { env, onWarning, ...options }: CheckRulesOptions = {},
): Promise<RulesReport> {
  await using kaggle = await KaggleClient.fromEnvironment({ env });
  for (const { message, hint } of kaggle.credentialsWarnings) onWarning?.(`${message} ${hint}`);
  return await askForRules(kaggle, competitions, options);
}

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

/**
 * Asks for the rules of several competitions, one cheap probe each. Acceptances are kept in the user's cache folder; the
 * check stops at the first 429.
 */
function askForRules(
  kaggle: KaggleClient,
  competitions: readonly string[],
  options: Omit<CheckRulesOptions, "env" | "onWarning">,
): Promise<RulesReport> {
  const client = {
    accountFingerprint: kaggle.accountFingerprint,
    rulesState: (id: string, call: Parameters<KaggleClient["rulesState"]>[1]) =>
      kaggle.rulesState(id, { ...call, retry: { ...call?.retry, retries: PROBE_RETRIES } }),
  };
  return checkRules(client, competitions, { ...options, cacheFile: rulesCacheFile() });
}
