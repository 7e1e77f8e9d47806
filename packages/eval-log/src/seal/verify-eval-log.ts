import { EvalLogError } from "../errors.js";
import { parseJsonText } from "../json-text.js";
import { configUpdates, HEADER, journalSummaries, REDUCTIONS, START, SUMMARIES, sampleName } from "../member-names.js";
import { openEvalLog, type SampleKey } from "../open-eval-log.js";
import type { ZipReader } from "../zip/zip-reader.js";
import { hash } from "./hash.js";
import { fieldDigests } from "./json-fields.js";
import { fingerprintOf, isPublicKey, type PublicKey } from "./public-key.js";
import { type CoveredMember, readSealChain, type SealChain } from "./seal-chain.js";
import { sealMember, sealPosition } from "./seal-names.js";
import { isOfLog, keysOf, worstStanding } from "./spec-origin.js";
import { type KeyStanding, keyStanding, type LogKeys } from "./trusted-keys.js";

/** More changes than this are counted, not listed. */
const MAX_CHANGES = 200;

/** A key that sealed a log or a part of it. */
export interface VerifiedKey {
  /** "unverified" for what no seal covered that counts. */
  readonly key: PublicKey;
  readonly standing: KeyStanding;
  /** As `mlebench log key export` shows it; absent for what is no key. */
  readonly fingerprint?: string;
}

/** One thing that is not as it was sealed. */
export interface EvalLogChange {
  /** In words, for example `sample spaceship-titanic epoch 1` or `seal 4`. */
  readonly what: string;
  readonly how: "edited" | "removed" | "added" | "moved" | "swapped" | "repeated" | "from another log";
  /** The archive's member. */
  readonly member: string;
  readonly sample?: SampleKey;
  /** Top-level fields that differ; in a list of rows, their positions. */
  readonly fields?: readonly string[];
  readonly detail?: string;
}

interface SealedBy {
  readonly path: string;
  /** Of the least known of the keys. */
  readonly by: KeyStanding;
  readonly keys: readonly VerifiedKey[];
}

/** What the seals of a log say. */
export type EvalLogVerification =
  | { readonly status: "unsealed"; readonly path: string; readonly reason: string }
  | (SealedBy & {
      readonly status: "sealed";
      /** False for a log without its end: a part may be missing that nobody can tell of. */
      readonly isFinished: boolean;
      /** Samples of a log without its end that are not sealed: the run was killed, or they were added. */
      readonly interrupted: readonly SampleKey[];
    })
  | (SealedBy & {
      readonly status: "changed";
      readonly changes: readonly EvalLogChange[];
      /** Changes that are not listed, because they are too many. */
      readonly more: number;
    });

/**
 * Compares everything in a log with its seals: who sealed it, and what was changed since. One member is in memory at a
 * time.
 * @param keys whose seals count, from {@link readLogKeys}.
 * @throws EvalLogError when the log cannot be read.
 */
export async function verifyEvalLog(path: string, { keys }: { readonly keys: LogKeys }): Promise<EvalLogVerification> {
  await using log = await openEvalLog(path);
  if (!log.zip) return { status: "unsealed", path, reason: "a .json log cannot be sealed" };
  const chain = await readSealChain(log.zip);
  if (!chain) return { status: "unsealed", path, reason: "it has no seals" };
  return await verifyChain(log.zip, chain, keys);
}

async function verifyChain(zip: ZipReader, chain: SealChain, known: LogKeys): Promise<EvalLogVerification> {
  const changes = [
    ...chain.problems.map(({ position, how, detail }) => sealChange(position, how, detail)),
    ...zip.repeatedNames.map((name) => change(name, "repeated", { detail: "its name occurs more than once" })),
    ...(await memberChanges(zip, chain)),
    ...movedMembers(zip, chain),
  ];
  const interrupted: SampleKey[] = [];
  const unsealed = [...zip.entries.keys()].filter(
    (name) => sealPosition(name) === undefined && !chain.covered.has(name) && !chain.claimed.has(name),
  );
  if (!zip.entries.has(HEADER) && isLastSample(zip, unsealed)) {
    interrupted.push(...unsealed.flatMap((name) => sampleName(name) ?? []).map(({ id, epoch }) => ({ id, epoch })));
  } else changes.push(...unsealed.map((name) => addedMember(name)));
  const all = keysOf(chain.covered.values());
  const sealed: SealedBy = {
    path: zip.path,
    by: worstStanding(all, known),
    keys: all.map((key) => ({
      key,
      standing: keyStanding(key, known),
      fingerprint: isPublicKey(key) ? fingerprintOf(key) : undefined,
    })),
  };
  if (changes.length === 0) {
    return { status: "sealed", ...sealed, isFinished: zip.entries.has(HEADER), interrupted };
  }
  const listed = changes.slice(0, MAX_CHANGES);
  return { status: "changed", ...sealed, changes: listed, more: changes.length - listed.length };
}

async function memberChanges(zip: ZipReader, chain: SealChain): Promise<EvalLogChange[]> {
  const changes: EvalLogChange[] = [];
  const byDigest = new Map([...chain.covered.values()].map(({ digest, name }) => [digest, name]));
  for (const [name, covered] of chain.covered) {
    if (!zip.entries.has(name)) {
      changes.push(change(name, "removed"));
      continue;
    }
    let content: Buffer;
    try {
      content = await zip.read(name);
    } catch (error) {
      if (!EvalLogError.is(error)) throw error;
      changes.push(change(name, "edited", { detail: error.message }));
      continue;
    }
    const digest = hash(content);
    const other = byDigest.get(digest);
    if (digest === covered.digest) {
      if (name === START && !isOfLog(content, chain.log)) {
        changes.push(change(name, "from another log", { detail: `its seals are of the log ${chain.log}` }));
      }
    } else if (other !== undefined) {
      changes.push(change(name, "swapped", { detail: `it holds ${describeMember(other)}` }));
    } else changes.push(change(name, "edited", { fields: changedFields(content, covered) }));
  }
  return changes;
}

/** The fields that differ, or none when the text does and its fields do not. */
function changedFields(content: Buffer, { fields }: CoveredMember): readonly string[] {
  const sealed = new Map(fields);
  let found: ReadonlyMap<string, string>;
  try {
    found = fieldDigests(parseJsonText(content.toString("utf8")));
  } catch {
    return [];
  }
  const names = new Set([...sealed.keys(), ...found.keys()]);
  return [...names].filter((name) => sealed.get(name) !== found.get(name));
}

/** Members stand in the order in which they were sealed, which is that of the samples for every reader. */
function movedMembers(zip: ZipReader, chain: SealChain): EvalLogChange[] {
  const present = [...zip.entries.keys()].filter((name) => chain.covered.has(name));
  const sealed = [...chain.covered.keys()].filter((name) => zip.entries.has(name));
  const first = present.findIndex((name, index) => name !== sealed[index]);
  if (first === -1) return [];
  return [change(present[first]!, "moved", { detail: `it stands where ${describeMember(sealed[first]!)} was` })];
}

/** What a kill may leave without its seal: the sample that was being written and its summary, at the end. */
function isLastSample(zip: ZipReader, unsealed: readonly string[]): boolean {
  const samples = unsealed.flatMap((name) => sampleName(name) ?? []);
  const summaries = journalSummaries(unsealed);
  const others = [...zip.entries.keys()].filter((name) => sealPosition(name) === undefined);
  return (
    samples.length <= 1 &&
    summaries.length <= 1 &&
    samples.length + summaries.length === unsealed.length &&
    others.slice(others.length - unsealed.length).every((name) => unsealed.includes(name))
  );
}

function addedMember(name: string): EvalLogChange {
  const detail = name === HEADER ? "it is not sealed: the end of the chain was cut" : "no seal covers it";
  return change(name, "added", { detail });
}

function change(
  member: string,
  how: EvalLogChange["how"],
  more: Pick<EvalLogChange, "fields" | "detail"> = {},
): EvalLogChange {
  const found = sampleName(member);
  const sample = found && { id: found.id, epoch: found.epoch };
  return { what: describeMember(member), how, member, ...(sample && { sample }), ...more };
}

function sealChange(position: number, how: EvalLogChange["how"], detail: string): EvalLogChange {
  return { what: `seal ${position}`, how, member: sealMember(position), detail };
}

const WORDS: Readonly<Record<string, string>> = {
  [START]: "the spec",
  [HEADER]: "the header",
  [SUMMARIES]: "the summaries",
  [REDUCTIONS]: "the reductions",
};

function describeMember(name: string): string {
  const sample = sampleName(name);
  if (sample) return `sample ${sample.id} epoch ${sample.epoch}`;
  const position = sealPosition(name);
  if (position !== undefined) return `seal ${position}`;
  if (journalSummaries([name]).length > 0) return `summary ${name.replace(/\D/g, "")}`;
  if (configUpdates([name]).length > 0) return `configuration update ${name.replace(/\D/g, "")}`;
  return WORDS[name] ?? `member ${name}`;
}
