import type { LogKey } from "./log-key.js";
import type { SealingOptions } from "./sealer.js";
import { verifyEvalLog } from "./verify-eval-log.js";

/**
 * How a log is sealed that is made of another one, by scoring or converting it: never as more than the other one is. One
 * that is not sealed, was changed or interrupted makes a log without seals; in that of one that others sealed, their keys
 * stand beside the own one, and all have to be known.
 * @throws EvalLogError when the other log cannot be read.
 */
export async function sealingOf(sourcePath: string, key: LogKey): Promise<SealingOptions | undefined> {
  const source = await verifyEvalLog(sourcePath, { keys: { own: key.publicKey, trusted: [] } });
  if (source.status !== "sealed" || source.interrupted.length > 0) return undefined;
  return { key, from: source.keys.flatMap(({ key: each, standing }) => (standing === "own" ? [] : [each])) };
}
