import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { mkdir, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { walkFiles } from "../files/walk-files.js";
import { ArchiveError, type ArchiveErrorReason } from "./archive-error.js";
import type { ExtractOptions, ExtractResult } from "./extract.js";
import { ExtractGuard, type GuardedEntry } from "./extract-guard.js";
import { requireRoom } from "./require-room.js";
import { runSevenZip, type SevenZipCommand } from "./seven-zip-command.js";

/** How to reach 7-Zip; the defaults suit everyone but tests. */
export type SevenZipOptions = Pick<SevenZipCommand, "signal" | "searchPath">;

/** {@link extract} for 7z: judged from its listing, unpacked into a folder of its own, then moved into place. */
export async function extractSevenZip(
  archivePath: string,
  directory: string,
  options: ExtractOptions & SevenZipOptions,
): Promise<ExtractResult> {
  const entries = await listSevenZip(archivePath, options);
  const guard = new ExtractGuard(archivePath, (await stat(archivePath)).size, options);
  for (const entry of entries) guard.admit(entry);
  const totalBytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);

  await requireRoom(archivePath, directory, totalBytes);
  const unpacked = join(directory, `.unpacking-${randomBytes(6).toString("hex")}`);
  await mkdir(unpacked, { recursive: true });
  try {
    await runOn(archivePath, unpacked, ["x", "-y", "-o/files"], options);
    let files = 0;
    for (const entry of walkFiles(unpacked)) {
      if (entry.kind !== "file" && entry.kind !== "directory") {
        throw new ArchiveError("special-file", archivePath, "it unpacked to something that is no file", {
          entry: entry.name,
        });
      }
      const chosen = options.select === undefined ? entry.name : options.select(entry.name);
      if (chosen === null) continue;
      const target = join(directory, chosen);
      if (entry.kind === "directory") {
        mkdirSync(target, { recursive: true });
        continue;
      }
      mkdirSync(dirname(target), { recursive: true });
      chmodSync(entry.path, 0o644);
      renameSync(entry.path, target);
      files++;
    }
    options.onProgress?.({ files, bytes: totalBytes, totalBytes });
    return { files, bytes: totalBytes };
  } finally {
    rmSync(unpacked, { recursive: true, force: true });
  }
}

/** The entries of a 7z in the archive's order, read without unpacking them. */
export async function listSevenZip(archivePath: string, options: SevenZipOptions = {}): Promise<GuardedEntry[]> {
  const lines = await runOn(archivePath, dirname(resolve(archivePath)), ["l", "-slt"], options);
  const start = lines.findIndex((line) => line.startsWith("----------"));
  if (start === -1) return [];
  return lines
    .slice(start + 1)
    .join("\n")
    .split(/\n\n+/)
    .filter((block) => block.trim() !== "" && block.includes("Path = "))
    .map((block) => parseListing(block, archivePath));
}

/**
 * Packs everything in a folder into a new 7z, names relative to the folder.
 * @throws ArchiveError `damaged` when 7-Zip fails, with its own words.
 */
export async function writeSevenZip(
  archivePath: string,
  directory: string,
  options: SevenZipOptions = {},
): Promise<void> {
  await rm(archivePath, { force: true });
  await mkdir(dirname(archivePath), { recursive: true });
  await runOn(archivePath, directory, ["a", "-t7z", "-mx=1"], options, ["*"]);
}

async function runOn(
  archivePath: string,
  filesDirectory: string,
  args: readonly string[],
  options: SevenZipOptions,
  names: readonly string[] = [],
): Promise<readonly string[]> {
  const path = resolve(archivePath);
  const output = await runSevenZip({
    // A password that no archive has keeps 7-Zip from asking for one.
    args: [
      ...args,
      "-bd",
      "-sccUTF-8",
      ...(args[0] === "a" ? [] : ["-pno-password"]),
      "--",
      `/archive/${basename(path)}`,
      ...names,
    ],
    archiveDirectory: dirname(path),
    filesDirectory: resolve(filesDirectory),
    signal: options.signal,
    searchPath: options.searchPath,
  });
  if (!output.ok) throw failure(archivePath, output.lines);
  return output.lines.map((line) => line.replace(/\r$/, ""));
}

/** One block of `7z l -slt`: `Key = value` lines, each key once. Anything else is a name made to deceive. */
function parseListing(block: string, archivePath: string): GuardedEntry {
  const fields = new Map<string, string>();
  for (const line of block.split("\n")) {
    if (line === "") continue;
    const [, key, value] = /^([A-Z][A-Za-z ]*) = ?(.*)$/.exec(line) ?? [];
    if (key === undefined || value === undefined || fields.has(key)) {
      throw new ArchiveError("unsafe-name", archivePath, "a name has a line break in it", {
        entry: fields.get("Path"),
      });
    }
    fields.set(key, value);
  }
  const name = fields.get("Path") ?? "";
  const attributes = fields.get("Attributes") ?? "";
  if (fields.get("Encrypted") === "+") {
    throw new ArchiveError("encrypted", archivePath, "an entry is encrypted", { entry: name });
  }
  const [windows = "", unix = ""] = attributes.split(" ");
  const isLink = unix.startsWith("l") || windows.includes("L") || (fields.get("Symbolic Link") ?? "") !== "";
  const isDirectory = fields.get("Folder") === "+" || windows.includes("D") || unix.startsWith("d");
  const isSpecial = /^[bcps]/.test(unix);
  return {
    name,
    kind: isLink ? "link" : isSpecial ? "special" : isDirectory ? "directory" : "file",
    bytes: isDirectory ? 0 : Number(fields.get("Size") ?? 0),
  };
}

const SYMPTOMS: readonly (readonly [RegExp, ArchiveErrorReason, string])[] = [
  [/Wrong password|encrypted/i, "encrypted", "it is encrypted"],
  [/Unexpected end of|unexpected end/i, "truncated", "its last part is missing"],
  [/CRC Failed|Data Error/i, "checksum", "the checksum of its content is wrong"],
  [/Unsupported Method/i, "unsupported", "its compression method is not known here"],
];

function failure(archivePath: string, lines: readonly string[]): ArchiveError {
  const said = lines.filter((line) => /error|fail|cannot|unexpected|unsupported|wrong/i.test(line)).join(" ");
  const [, reason, problem] = SYMPTOMS.find(([pattern]) => pattern.test(said)) ?? [];
  return new ArchiveError(
    reason ?? "damaged",
    archivePath,
    problem ??
      `7-Zip cannot read it: ${said.slice(0, 300) || "it gave no reason, as when the table of contents is encrypted"}`,
  );
}
