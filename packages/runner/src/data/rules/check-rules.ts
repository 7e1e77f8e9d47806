import { KaggleClient, type RulesEvent, type RulesReport } from "@mlebench/kaggle-client";
import { askForRules } from "./ask-for-rules.js";

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
