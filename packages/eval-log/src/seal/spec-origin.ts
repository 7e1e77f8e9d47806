import type { EvalLog } from "@mlebench/base/log-types";
import { parseJsonText } from "../json-text.js";
import { parseStart } from "../log-schemas.js";
import { HEADER, START } from "../member-names.js";
import { openEvalLog } from "../open-eval-log.js";
import type { ZipReader } from "../zip/zip-reader.js";
import { hash } from "./hash.js";
import { type CoveredMember, readSealChain, type SealChain } from "./seal-chain.js";
import { type KeyStanding, keyStanding, type LogKeys } from "./trusted-keys.js";

/**
 * Where the spec of a log comes from: from the user's own key, from one that is trusted, from an unknown one; it was
 * changed since it was sealed, or never sealed.
 */
export type SpecOrigin = KeyStanding | "changed" | "unsealed";

/** The header of a log and whether its spec may be believed. */
export interface LogOrigin {
  readonly header: EvalLog;
  readonly origin: SpecOrigin;
  /** Other keys that the spec is of, or "unverified". */
  readonly keys: readonly string[];
}

/**
 * Reads the header of a log together with who sealed what the run was given: what a log names is only believed when it is
 * the user's own or of a key that is trusted. The samples are not looked at.
 * @throws EvalLogError when it cannot be read.
 */
export async function readLogOrigin(path: string, keys: LogKeys): Promise<LogOrigin> {
  await using log = await openEvalLog(path);
  const chain = log.zip && (await readSealChain(log.zip));
  const found = log.zip && chain ? await specSeals(log.zip, chain) : undefined;
  const origin =
    chain === undefined ? "unsealed" : found === undefined ? "changed" : worstStanding(keysOf(found), keys);
  return { header: await log.header(), origin, keys: found ? keysOf(found) : [] };
}

/**
 * The seals of what tells the spec, when all of it is as it was sealed: the start of the journal and, in a log that is
 * finished, the header, which must say the same. Both are asked, for readers take the one or the other.
 */
export async function specSeals(zip: ZipReader, chain: SealChain): Promise<readonly CoveredMember[] | undefined> {
  const names = zip.entries.has(HEADER) ? [START, HEADER] : [START];
  if (chain.problems.length > 0 || zip.repeatedNames.length > 0) return undefined;
  const found: CoveredMember[] = [];
  for (const name of names) {
    const covered = chain.covered.get(name);
    if (covered === undefined || !zip.entries.has(name)) return undefined;
    const content = await zip.read(name);
    if (hash(content) !== covered.digest) return undefined;
    if (name === START && !isOfLog(content, chain.log)) return undefined;
    found.push(covered);
  }
  const specs = new Set(found.map(({ fields }) => fields.find(([field]) => field === "eval")?.[1]));
  return specs.size === 1 ? found : undefined;
}

/** The keys of some members, those of what they were made of included. */
export function keysOf(members: Iterable<CoveredMember>): readonly string[] {
  const keys = new Set<string>();
  for (const { seal } of members) for (const key of [seal.key, ...seal.from]) keys.add(key);
  return [...keys];
}

/** What several keys are together: no more than the least of them. */
export function worstStanding(keys: readonly string[], known: LogKeys): KeyStanding {
  const standings = new Set(keys.map((key) => keyStanding(key, known)));
  if (standings.has("unknown")) return "unknown";
  return standings.has("trusted") ? "trusted" : "own";
}

/** Seals name the log that they are of; the log must say so too. */
export function isOfLog(start: Buffer, log: string): boolean {
  try {
    return parseStart(parseJsonText(start.toString("utf8"))).eval.eval_id === log;
  } catch {
    return false;
  }
}
