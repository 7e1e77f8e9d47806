import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { seededRandom } from "@mlebench/base/testing";
import { getCompetition } from "@mlebench/competitions";
import { validateSubmission } from "@mlebench/grader";
import { parseCsv } from "../csv-grid.js";
import { hostileSubmissions } from "../hostile-submissions.js";
import { BUNDLED_KIT } from "../kit.js";
import { readZip, unzipTo } from "../zip.js";
import { answersOfOtherIds, otherAnswers } from "./other-answers.js";
import type { Answers } from "./reason-sources.js";
import { spoiledRows } from "./spoiled-rows.js";

/** What {@link compareWords} takes. */
export interface CompareWordsOptions {
  readonly seed: number;
  /** Random permutations of the answers. */
  readonly permutations: number;
  /** Rows that are spoiled in turn, in each of two sound submissions. */
  readonly spoiledRows: number;
  /** Random mutations of sound submissions. */
  readonly mutations: number;
}

/** What {@link compareWords} gives. */
export interface WordsCompared {
  /** Submissions that were validated. */
  readonly submissions: number;
  /** How many of them are invalid. */
  readonly invalid: number;
  /** What differed, with the submission's name; empty when validation says the same whatever the answers are. */
  readonly differences: readonly string[];
}

/** Larger submissions of the kit cost minutes and are no different in kind. */
const MOST_CHARACTERS = 3_000_000;
/** Of longer ones fewer are tried. */
const LONG_CHARACTERS = 50_000;

/** Validates submissions with the true answers of the kit and with others, and compares the words. */
export async function compareWords(id: string, answers: Answers, options: CompareWordsOptions): Promise<WordsCompared> {
  const random = seededRandom(options.seed);
  const directory = await mkdtemp(join(tmpdir(), `conformance-oracle-${id}-`));
  try {
    const prepared = await readZip(await readFile(join(BUNDLED_KIT, id, "prepared.zip")));
    const competition = getCompetition(id);
    const truth = Buffer.from(prepared.files.get(competition.answers)!).toString("utf8");
    const sample = parseCsv(Buffer.from(prepared.files.get(competition.sampleSubmission)!).toString("utf8"));
    const variants: Record<string, string> = {
      true: truth,
      replaced: otherAnswers(truth, answers, "replaced", random),
    };
    for (let number = 1; number <= options.permutations; number++) {
      variants[`permuted ${number}`] = otherAnswers(truth, answers, "permuted", random);
    }
    if (answers.format === "csv" && parseCsv(truth).rows.length < sample.rows.length) {
      const isPerId = new Set(parseCsv(truth).rows.map(([first]) => first)).size < sample.rows.length;
      if (isPerId && answers.kept[0] === sample.header[0])
        variants["of other ids"] = answersOfOtherIds(truth, sample, random);
    }
    const folders: [name: string, privateDir: string][] = [];
    for (const [name, text] of Object.entries(variants)) {
      const root = join(directory, name);
      await unzipTo(prepared, root);
      await writeFile(join(root, "private", basename(competition.answers)), text);
      folders.push([name, join(root, "private")]);
    }
    return await compareAll(id, folders, await probes(id, answers, options, random), join(directory, "submission"));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function probes(
  id: string,
  answers: Answers,
  options: CompareWordsOptions,
  random: () => number,
): Promise<{ name: string; bytes: Uint8Array }[]> {
  const { files } = await readZip(await readFile(join(BUNDLED_KIT, id, "submissions.zip")));
  const all = [...files]
    .map(([name, bytes]) => ({ name, bytes }))
    .filter(({ bytes }) => bytes.length < MOST_CHARACTERS);
  const bases = ["sample.csv", "gold.csv"].map((name) => Buffer.from(files.get(name)!).toString());
  const kept = answers.format === "csv" ? answers.kept : ["example_id"];
  const share = bases.some((base) => base.length > LONG_CHARACTERS) ? 1 / 5 : 1;
  const rows = Math.ceil(options.spoiledRows * share);
  const spoiled = bases.flatMap((base) => [...spoiledRows(base, { rows, random, kept })]);
  const mutated = hostileSubmissions({ bases, count: Math.ceil(options.mutations * share), seed: options.seed });
  return [...all, ...spoiled.map(({ name, text }) => ({ name, bytes: Buffer.from(text) })), ...mutated];
}

async function compareAll(
  id: string,
  folders: readonly [name: string, privateDir: string][],
  submissions: readonly { name: string; bytes: Uint8Array }[],
  directory: string,
): Promise<WordsCompared> {
  await mkdir(directory);
  const path = join(directory, "submission.csv");
  const differences: string[] = [];
  let invalid = 0;
  for (const { name, bytes } of submissions) {
    await writeFile(path, bytes);
    let expected: string | undefined;
    for (const [variant, privateDir] of folders) {
      const words = await wordsOf(path, id, privateDir);
      expected ??= words;
      if (words !== expected)
        differences.push(`${name}: ${expected} with the true answers, ${words} with ${variant} ones`);
    }
    if (expected !== "valid") invalid++;
  }
  return { submissions: submissions.length, invalid, differences };
}

async function wordsOf(path: string, id: string, privateDir: string): Promise<string> {
  try {
    const result = await validateSubmission(path, id, { privateDir });
    return result.valid ? "valid" : result.reason;
  } catch (error) {
    return `failed: ${String(error).replaceAll(privateDir, "PRIVATE")}`;
  }
}
