import { readFile, writeFile } from "node:fs/promises";
import { deflateMember } from "../zip/deflate-member.js";
import { ZipAppender } from "../zip/zip-appender.js";
import { ZipReader } from "../zip/zip-reader.js";

/** The members of a log as texts, in their order. */
export async function membersOf(path: string): Promise<Map<string, string>> {
  await using zip = await ZipReader.open(path);
  const members = new Map<string, string>();
  for (const name of zip.entries.keys()) members.set(name, (await zip.read(name)).toString("utf8"));
  return members;
}

/** Writes a log as a forger would, who has every tool but the key. */
export async function writeMembers(path: string, members: ReadonlyMap<string, string>): Promise<void> {
  await writeFile(path, "");
  const zip = await ZipAppender.create(path);
  const made = [];
  for (const [name, text] of members) made.push(await deflateMember(name, text, new Date()));
  await zip.append(made);
  await zip.close();
}

/** Writes a copy of a log with its members edited. */
export async function editedLog(
  from: string,
  to: string,
  edit: (members: Map<string, string>) => unknown,
): Promise<string> {
  const members = await membersOf(from);
  await edit(members);
  await writeMembers(to, members);
  return to;
}

/** Gives a member of a zip the name of another one of the same length, in its directory alone. */
export async function renameInDirectory(path: string, from: string, to: string): Promise<void> {
  const bytes = await readFile(path);
  const at = bytes.lastIndexOf(from);
  bytes.write(to, at);
  await writeFile(path, bytes);
}
