import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { messageOf } from "@mlebench/base";
import { compareImages } from "./compare-images.js";
import { compareParquet } from "./compare-parquet.js";
import { firstDifference } from "./first-difference.js";
import { type Expected, type ExpectedFile, md5 } from "./kit.js";
import { readZip, type ZipContent } from "./zip.js";

/** A file of ours that is not as upstream's. */
export interface Difference {
  /** `public/train.csv` */
  readonly path: string;
  readonly problem: string;
}

/** Written beside the prepared files from elsewhere; the kit has none. */
const DESCRIPTION = "public/description.md";

/**
 * Compares a prepared folder with upstream's: equal md5; for zips equal names and contents; for images encoded anew
 * equal pixels; for parquet equal schema and values; unstable files exist and are well-formed. Empty folders count.
 */
export async function comparePrepared(
  preparedDir: string,
  expected: Expected,
  upstream: ZipContent,
): Promise<Difference[]> {
  const differences: Difference[] = [];
  const ours = await listTree(preparedDir);
  const theirs = new Map<string, ExpectedFile>();
  for (const part of ["public", "private"] as const) {
    for (const [name, file] of Object.entries(expected[part])) theirs.set(`${part}/${name}`, file);
  }
  for (const [path, file] of theirs) {
    const problem = ours.files.has(path)
      ? await compareFile(join(preparedDir, path), path, file, expected, upstream)
      : "missing";
    if (problem !== undefined) differences.push({ path, problem });
  }
  for (const path of ours.files) {
    if (!theirs.has(path) && path !== DESCRIPTION) differences.push({ path, problem: "upstream has no such file" });
  }
  const empty = emptyFolders(upstream);
  for (const path of empty)
    if (!ours.emptyFolders.has(path)) differences.push({ path, problem: "missing empty folder" });
  for (const path of ours.emptyFolders) {
    if (!empty.has(path)) differences.push({ path, problem: "upstream has no such empty folder" });
  }
  return differences;
}

async function compareFile(
  path: string,
  name: string,
  file: ExpectedFile,
  expected: Expected,
  upstream: ZipContent,
): Promise<string | undefined> {
  const ours = await readFile(path);
  if (md5(ours) === file.md5) return undefined;
  try {
    if (expected.unstable.includes(name)) return await checkWellFormed(ours, name);
    if (file.entries !== undefined) return await compareEntries(ours, file.entries);
    const theirs = upstream.files.get(name);
    if (theirs === undefined) return "differs (upstream's is not in prepared.zip)";
    if (file.pixels !== undefined) return compareImages(ours, theirs, name);
    if (name.endsWith(".parquet")) return await compareParquet(ours, theirs);
    return firstDifference(ours, theirs);
  } catch (error) {
    return `cannot be read: ${messageOf(error)}`;
  }
}

async function compareEntries(
  data: Uint8Array,
  entries: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const { files } = await readZip(data);
  for (const [name, sum] of Object.entries(entries)) {
    const ours = files.get(name);
    if (ours === undefined) return `the zip lacks ${name}`;
    if (md5(ours) !== sum) return `${name} in the zip differs`;
  }
  for (const name of files.keys()) if (!(name in entries)) return `upstream's zip has no ${name}`;
  return undefined;
}

async function checkWellFormed(data: Uint8Array, name: string): Promise<string | undefined> {
  if (name.endsWith(".zip")) await readZip(data);
  // Upstream packs plain tars under the name .tar.gz, too.
  else if (name.endsWith(".gz") && data[0] === 0x1f && data[1] === 0x8b) gunzipSync(data);
  else if (name.endsWith(".7z") && !Buffer.from(data.subarray(0, 6)).equals(SEVEN_ZIP)) return "is no 7z archive";
  return data.length === 0 ? "is empty" : undefined;
}

const SEVEN_ZIP = Buffer.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]);

async function listTree(root: string): Promise<{ files: Set<string>; emptyFolders: Set<string> }> {
  const files = new Set<string>();
  const emptyFolders = new Set<string>();
  const walk = async (path: string): Promise<void> => {
    const entries = await readdir(join(root, path), { withFileTypes: true });
    if (entries.length === 0) emptyFolders.add(path);
    for (const entry of entries) {
      const child = `${path}/${entry.name}`;
      if (entry.isDirectory()) await walk(child);
      else files.add(child);
    }
  };
  for (const part of ["public", "private"]) if (existsSync(join(root, part))) await walk(part);
  return { files, emptyFolders };
}

function emptyFolders(content: ZipContent): Set<string> {
  const names = [...content.files.keys(), ...content.folders.map((folder) => `${folder}/`)];
  return new Set(
    content.folders.filter((folder) => !names.some((name) => name !== `${folder}/` && name.startsWith(`${folder}/`))),
  );
}
