import { readFile } from "node:fs/promises";
import { parseJson, writeAtomically } from "@mlebench/base";
import { z } from "zod";
import type { KaggleClient, RulesState } from "./client.js";
import { type KaggleError, RateLimitedError, UnauthorizedError } from "./errors.js";

const Cache = z.object({ version: z.literal(1), accepted: z.record(z.string(), z.array(z.string())) });

/** One competition's outcome, told as soon as it is known. */
export interface RulesEvent {
  readonly type: "rules-check";
  readonly competitionId: string;
  readonly state: RulesState["state"];
  readonly isCached: boolean;
  readonly done: number;
  readonly total: number;
}

/** What {@link checkRules} takes. */
export interface CheckRulesOptions {
  /** A JSON file where acceptances are kept, by account; made when missing. Nothing else is ever kept. */
  readonly cacheFile?: string;
  /** Ask again for what the cache calls accepted. @default false */
  readonly ignoreCache?: boolean;
  /** How often one probe answered with 429 is repeated before the check stops. @default 0 */
  readonly rateLimitRetries?: number;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RulesEvent) => void;
}

/** Whose rules are accepted and whose are not. */
export interface RulesReport {
  /** Accepted, from the cache or just now. */
  readonly accepted: readonly string[];
  /** To be accepted, with the page to do it on. */
  readonly notAccepted: readonly { readonly competitionId: string; readonly rulesUrl: string }[];
  /** Not known, for a reason that has nothing to do with rules. */
  readonly unknown: readonly { readonly competitionId: string; readonly error: KaggleError }[];
  /** Not asked, because the check had to stop. */
  readonly unchecked: readonly string[];
  /** Why the check stopped early: too many requests, or credentials that are refused everywhere. */
  readonly stopped: KaggleError | undefined;
  /** True when every competition is accepted. */
  readonly isComplete: boolean;
}

/**
 * Finds out which competitions' rules this account has still to accept: one cheap probe each, in order.
 * It stops at 429 and keeps what it knows, so that running it again goes on from there.
 */
export async function checkRules(
  client: Pick<KaggleClient, "rulesState" | "accountFingerprint">,
  competitionIds: Iterable<string>,
  options: CheckRulesOptions = {},
): Promise<RulesReport> {
  const ids = [...new Set(competitionIds)];
  const account = client.accountFingerprint;
  const known = new Set(options.ignoreCache ? [] : await readAccepted(options.cacheFile, account));
  const accepted: string[] = [];
  const notAccepted: { competitionId: string; rulesUrl: string }[] = [];
  const unknown: { competitionId: string; error: KaggleError }[] = [];
  let stopped: KaggleError | undefined;
  let asked = 0;

  for (const competitionId of ids) {
    const isCached = known.has(competitionId);
    const outcome: RulesState = isCached
      ? { state: "accepted" }
      : await client.rulesState(competitionId, {
          signal: options.signal,
          retry: { rateLimitRetries: options.rateLimitRetries ?? 0 },
        });
    if (outcome.state === "unknown" && isFinal(outcome.error)) {
      stopped = outcome.error;
      break;
    }
    asked += 1;
    if (outcome.state === "accepted") {
      accepted.push(competitionId);
      // Written at once: a check that is stopped or killed has not asked in vain.
      if (!isCached) await rememberAccepted(options.cacheFile, account, competitionId);
    } else if (outcome.state === "not-accepted") notAccepted.push({ competitionId, rulesUrl: outcome.rulesUrl });
    else unknown.push({ competitionId, error: outcome.error });
    const { state } = outcome;
    options.onEvent?.({ type: "rules-check", competitionId, state, isCached, done: asked, total: ids.length });
  }
  const cachedLater = ids.slice(asked).filter((id) => known.has(id));
  return {
    accepted: [...accepted, ...cachedLater],
    notAccepted,
    unknown,
    unchecked: ids.slice(asked).filter((id) => !known.has(id)),
    stopped,
    isComplete: accepted.length + cachedLater.length === ids.length,
  };
}

/** Every further probe would end the same way. */
function isFinal(error: KaggleError): boolean {
  return RateLimitedError.is(error) || UnauthorizedError.is(error);
}

async function readCache(path: string): Promise<Record<string, string[]>> {
  // A cache that is missing or broken costs probes, nothing else.
  const text = await readFile(path, "utf8").catch(() => "");
  return Cache.safeParse(parseJson(text)).data?.accepted ?? {};
}

async function readAccepted(path: string | undefined, account: string): Promise<readonly string[]> {
  return path === undefined ? [] : ((await readCache(path))[account] ?? []);
}

async function rememberAccepted(path: string | undefined, account: string, competitionId: string): Promise<void> {
  if (path === undefined) return;
  const accepted = await readCache(path);
  const own = new Set(accepted[account] ?? []).add(competitionId);
  const cache = { version: 1, accepted: { ...accepted, [account]: [...own].sort() } };
  await writeAtomically(path, `${JSON.stringify(cache)}\n`);
}
