import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { codeOf, lockFile, writeAtomically } from "@mlebench/base";
import type { Checksums } from "@mlebench/competitions";
import { compareCodePoints } from "@mlebench/frame";
import { z } from "zod";
import { DataPrepError } from "./errors.js";

/** The files that upstream records checksums of: those directly under public and private with these endings. */
const CHECKED_EXTENSIONS = new Set([".csv", ".json", ".jsonl", ".parquet", ".bson"]);

/** One file that is not what the checksums say. */
export interface ChecksumDifference {
  /** `<id>.zip`, or the path below `prepared/`, such as `private/test.csv`. */
  readonly file: string;
  /** Undefined for a file that the checksums do not know. */
  readonly expected?: string;
  /** Undefined for a file that is not there. */
  readonly got?: string;
  /**
   * The file's bytes depend on the version of the program that writes them (parquet), so a difference says nothing about
   * its content. Such a file alone never fails a verification.
   */
  readonly writerDependent: boolean;
  /** Whether the content is equal though the bytes are not; undefined when there was nothing to compare it with. */
  readonly content?: "equal" | "different";
  /** How the content differs. */
  readonly contentDifference?: string;
}

/** Files differ from the recorded checksums. */
export class ChecksumMismatchError extends DataPrepError {
  readonly competitionId: string;
  readonly differences: readonly ChecksumDifference[];

  constructor(competitionId: string, differences: readonly ChecksumDifference[], hint: string) {
    super({
      code: "DATA_PREP_CHECKSUM",
      message: `${competitionId} is not what upstream has: ${differences.map(describeDifference).join("; ")}.`,
      hint,
    });
    this.competitionId = competitionId;
    this.differences = differences;
  }
}

/** One difference in words: which file, what was expected, what was found. */
export function describeDifference(difference: ChecksumDifference): string {
  const { file, expected, got } = difference;
  const note = noteOnContent(difference);
  if (got === undefined) return `${file} is missing, md5 ${expected} was expected`;
  if (expected === undefined) return `${file} has md5 ${got}, and no checksum is known for it`;
  return `${file} has md5 ${got}, ${expected} was expected${note}`;
}

function noteOnContent({ content, contentDifference, writerDependent }: ChecksumDifference): string {
  if (content === "equal") return " (the content is equal, only the bytes differ)";
  if (content === "different") return ` (the content differs: ${contentDifference})`;
  return writerDependent ? " (its bytes depend on the version of the writer, so the content may be equal)" : "";
}

/** md5 of a file in hex, streamed. */
export async function md5OfFile(
  path: string,
  options: { readonly signal?: AbortSignal; readonly onProgress?: (bytes: number) => void } = {},
): Promise<string> {
  const hash = createHash("md5");
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20, signal: options.signal })) {
    hash.update(chunk);
    bytes += chunk.length;
    options.onProgress?.(bytes);
  }
  return hash.digest("hex");
}

/** The checksums of what is in a prepared folder, perhaps half of one, in the form of the catalogue's. */
export async function preparedChecksums(
  preparedDirectory: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<Pick<Checksums, "public" | "private">> {
  const part = async (name: string): Promise<Record<string, string>> => {
    const directory = join(preparedDirectory, name);
    const sums: Record<string, string> = {};
    if (!existsSync(directory)) return sums;
    const entries = await readdir(directory, { withFileTypes: true });
    for (const entry of entries.sort((a, b) => compareCodePoints(a.name, b.name))) {
      if (!entry.isFile() || !CHECKED_EXTENSIONS.has(extname(entry.name))) continue;
      sums[entry.name] = await md5OfFile(join(directory, entry.name), options);
    }
    return sums;
  };
  return { public: await part("public"), private: await part("private") };
}

/**
 * What differs between the checksums of a prepared folder and the expected ones.
 * @param writerDependent paths such as `public/train_meta.parquet` whose bytes depend on the writer's version.
 */
export function compareChecksums(
  expected: Pick<Checksums, "public" | "private">,
  got: Pick<Checksums, "public" | "private">,
  writerDependent: readonly string[] = [],
): ChecksumDifference[] {
  const differences: ChecksumDifference[] = [];
  for (const part of ["public", "private"] as const) {
    const names = new Set([...Object.keys(expected[part]), ...Object.keys(got[part])]);
    for (const name of [...names].sort(compareCodePoints)) {
      const file = `${part}/${name}`;
      if (expected[part][name] === got[part][name]) continue;
      const difference = { file, expected: expected[part][name], got: got[part][name] };
      const bothThere = difference.expected !== undefined && difference.got !== undefined;
      differences.push({ ...difference, writerDependent: bothThere && writerDependent.includes(file) });
    }
  }
  return differences;
}

const Md5 = z.string().regex(/^[0-9a-f]{32}$/, "an md5 in lower case hex");
const ChecksumsFile = z.strictObject({
  competitions: z.record(
    z.string(),
    z.strictObject({ zip: Md5.optional(), public: z.record(z.string(), Md5), private: z.record(z.string(), Md5) }),
  ),
});

/**
 * Reads a user's own checksums: `{ "competitions": { "<id>": { "zip", "public": { name: md5 }, "private": {...} } } }`.
 * @returns checksums by competition; empty when the file does not exist.
 * @throws DataPrepError `DATA_PREP_CHECKSUMS_FILE` naming what is wrong in it.
 */
export async function readChecksumsFile(path: string): Promise<ReadonlyMap<string, Checksums>> {
  let parsed: z.infer<typeof ChecksumsFile>;
  try {
    parsed = ChecksumsFile.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return new Map();
    const problem = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    throw new DataPrepError({
      code: "DATA_PREP_CHECKSUMS_FILE",
      message: `The checksums file ${path} cannot be used: ${problem}`,
      hint: "Mend it, or write it anew with --overwrite-checksums.",
      cause,
    });
  }
  return new Map(Object.entries(parsed.competitions));
}

/**
 * Puts one competition's checksums into a user's own file, leaving those of others, also while other processes do the
 * same; the file appears when missing.
 */
export async function updateChecksumsFile(path: string, id: string, checksums: Checksums): Promise<void> {
  await using _lock = await lockFile(`${path}.lock`);
  const all = new Map(await readChecksumsFile(path)).set(id, checksums);
  const sorted = [...all].sort(([a], [b]) => compareCodePoints(a, b));
  await writeAtomically(path, `${JSON.stringify({ competitions: Object.fromEntries(sorted) }, null, 2)}\n`);
}
