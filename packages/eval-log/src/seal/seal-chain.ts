import { EvalLogError } from "../errors.js";
import type { ZipReader } from "../zip/zip-reader.js";
import { readSeal, type SealBody, type SealedMember } from "./seal.js";
import { sealMember, sealPosition } from "./seal-names.js";

/** Some kilobytes for each sample: a log of ten thousand samples has a quarter of this. */
const MAX_SEAL_BYTES = 128 * 1024 * 1024;

/** A member with the last seal that counts for it. */
export interface CoveredMember extends SealedMember {
  readonly seal: SealBody;
}

/** What is wrong with one seal, or with its place. */
export interface SealProblem {
  readonly position: number;
  readonly how: "edited" | "removed" | "moved" | "from another log";
  /** Completes a sentence that begins with the seal. */
  readonly detail: string;
}

/** The seals of a log. */
export interface SealChain {
  /** The eval_id that the seals are of. */
  readonly log: string;
  /** Members by name, in the order in which they were sealed. */
  readonly covered: ReadonlyMap<string, CoveredMember>;
  /** Members that only seals speak of which do not count. */
  readonly claimed: ReadonlySet<string>;
  readonly problems: readonly SealProblem[];
  /** Where the chain is continued. */
  readonly last: { readonly position: number; readonly digest: string };
}

/** Reads the seals of a log and checks that they are one chain. @returns undefined when there are none */
export async function readSealChain(zip: ZipReader): Promise<SealChain | undefined> {
  const entries = [...zip.entries.values()].flatMap((entry) => {
    const position = sealPosition(entry.name);
    return position === undefined ? [] : [{ position, size: entry.size }];
  });
  if (entries.length === 0) return undefined;
  if (entries.reduce((sum, { size }) => sum + size, 0) > MAX_SEAL_BYTES) {
    throw new EvalLogError({
      code: "EVAL_LOG_INVALID",
      message: `${zip.path} has more than ${MAX_SEAL_BYTES} bytes of seals, which no log of ours has.`,
      hint: "The file was written by something else or was changed; read another copy of it.",
    });
  }
  entries.sort((a, b) => a.position - b.position);
  const covered = new Map<string, CoveredMember>();
  const claimed = new Set<string>();
  const problems: SealProblem[] = [];
  let log: string | undefined;
  let previous: { readonly position: number; readonly digest: string } | undefined;
  for (const { position } of entries) {
    const seal = readSeal((await zip.read(sealMember(position))).toString("utf8"));
    const before = previous;
    previous = { position, digest: seal.digest };
    const problem = (how: SealProblem["how"], detail: string) => problems.push({ position, how, detail });
    const next = (before?.position ?? 0) + 1;
    if (next < position) {
      const many = position - next === 1 ? `seal ${next} is` : `seals ${next} to ${position - 1} are`;
      problem("removed", `${many} missing before it`);
    }
    if (!seal.isValid) {
      problem("edited", seal.reason);
      for (const { name } of seal.body?.members ?? []) claimed.add(name);
      continue;
    }
    const { body } = seal;
    log ??= body.log;
    if (body.log !== log || body.position !== position) {
      if (body.log === log) problem("moved", `it was seal ${body.position}`);
      else problem("from another log", `it is of the log ${body.log}, not of ${log}`);
      for (const { name } of body.members) claimed.add(name);
      continue;
    }
    // After a gap this says nothing new.
    if (next === position && body.previous !== (before?.digest ?? null)) {
      problem("edited", before ? `it does not follow seal ${before.position}` : "it is not the first of its chain");
    }
    for (const name of body.removed) covered.delete(name);
    for (const member of body.members) {
      covered.delete(member.name);
      covered.set(member.name, { ...member, seal: body });
    }
  }
  for (const name of covered.keys()) claimed.delete(name);
  return { log: log ?? "", covered, claimed, problems, last: previous! };
}
