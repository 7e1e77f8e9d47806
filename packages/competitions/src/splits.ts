import { readdirSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { codeOf, nearestNames } from "@mlebench/base";
import {
  EmptySplitError,
  NotASplitError,
  SplitNotAFileError,
  UnknownSplitError,
  UnreadableSplitError,
} from "./errors.js";

/** The same place seen from src/ and from dist/. */
const SPLITS_DIRECTORY = new URL("../splits/", import.meta.url);

/** Names of the bundled splits without `.txt`, sorted. */
export function listSplits(): string[] {
  return readdirSync(SPLITS_DIRECTORY)
    .filter((name) => name.endsWith(".txt"))
    .map((name) => name.slice(0, -".txt".length))
    .sort();
}

/**
 * The competition ids of a split, in the file's order, each once. Blank lines and lines that begin with `#` are ignored;
 * whether the ids exist is not checked.
 * @param nameOrPath a bundled split (`low` or `low.txt`; these win over a file of the same name) or a path to a text file.
 * @throws UnknownSplitError neither bundled nor a file; the nearest names are in its hint.
 * @throws SplitNotAFileError the path is a folder.
 * @throws UnreadableSplitError the file cannot be read.
 * @throws EmptySplitError the file names no competition.
 * @throws NotASplitError a line holds anything but letters, digits, `-`, `_` and `.`, as in a file that is no text.
 */
export async function readSplit(nameOrPath: string): Promise<string[]> {
  const known = listSplits();
  const name = nameOrPath.replace(/\.txt$/, "");
  const path = known.includes(name) ? fileURLToPath(new URL(`${name}.txt`, SPLITS_DIRECTORY)) : nameOrPath;
  const ids = parseSplit(
    await readText(path, () => new UnknownSplitError(nameOrPath, nearestNames(name, known), known)),
  );
  if (ids.length === 0) throw new EmptySplitError(path);
  const odd = ids.find((id) => !/^[\w.-]{1,200}$/.test(id));
  if (odd !== undefined) throw new NotASplitError(path, odd);
  return ids;
}

function parseSplit(text: string): string[] {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  return [...new Set(lines.map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#")))];
}

async function readText(path: string, onMissing: () => Error): Promise<string> {
  try {
    const status = await stat(path);
    if (!status.isFile()) throw new SplitNotAFileError(path);
    return await readFile(path, "utf8");
  } catch (error) {
    if (SplitNotAFileError.is(error)) throw error;
    const code = codeOf(error);
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG" || code === "ERR_INVALID_ARG_VALUE") {
      throw onMissing();
    }
    throw new UnreadableSplitError(path, { cause: error });
  }
}
