import { checkRules, type KaggleClient, type RulesEvent, type RulesReport } from "@mlebench/kaggle-client";
import { rulesCacheFile } from "../disk/data-directory.js";

/** Without network a check of all competitions ends soon, and what is not known now is known at the download. */
const PROBE_RETRIES = 2;

/**
 * Asks for the rules of several competitions, one cheap probe each. Acceptances are kept in the user's cache folder; the
 * check stops at the first 429.
 */
export function askForRules(
  kaggle: KaggleClient,
  competitions: readonly string[],
  options: {
    readonly ignoreCache?: boolean;
    readonly signal?: AbortSignal;
    readonly onEvent?: (event: RulesEvent) => void;
  } = {},
): Promise<RulesReport> {
  const client = {
    accountFingerprint: kaggle.accountFingerprint,
    rulesState: (id: string, call: Parameters<KaggleClient["rulesState"]>[1]) =>
      kaggle.rulesState(id, { ...call, retry: { ...call?.retry, retries: PROBE_RETRIES } }),
  };
  return checkRules(client, competitions, { ...options, cacheFile: rulesCacheFile() });
}
