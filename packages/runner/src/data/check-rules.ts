import { checkRules as askKaggle, KaggleClient, type RulesEvent, type RulesReport } from "@mlebench/kaggle-client";
import { rulesCacheFile } from "./data-directory.js";

export interface CheckRulesOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RulesEvent) => void;
}

/**
 * Asks Kaggle which competitions' rules this machine's account has accepted; answers are kept, so that asking again is cheap.
 * @throws KaggleError without credentials.
 */
export async function checkAcceptedRules(
  competitions: readonly string[],
  { env, signal, onEvent }: CheckRulesOptions = {},
): Promise<RulesReport> {
  await using kaggle = await KaggleClient.fromEnvironment({ env });
  return askKaggle(kaggle, competitions, { cacheFile: rulesCacheFile(), rateLimitRetries: 3, signal, onEvent });
}
