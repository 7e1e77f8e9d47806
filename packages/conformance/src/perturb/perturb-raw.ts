import { ZipFile } from "yazl";
import { readZip, type ZipContent } from "../zip.js";
import { joinCsvRows, splitCsvRows } from "./csv-rows.js";
import { PERTURBATIONS } from "./perturbations.js";
import type { Trial } from "./trials.js";

/** The raw data of the kit with one table altered. */
export async function perturbRaw(raw: ZipContent, { table, perturbation }: Trial): Promise<ZipContent> {
  const [path, inner] = table.split("!") as [string, string?];
  const data = raw.files.get(path);
  const change = PERTURBATIONS[perturbation];
  if (data === undefined || change === undefined) throw new Error(`There is no ${table} or no ${perturbation}.`);
  const separator = table.endsWith(".tsv") ? "\t" : ",";
  const alter = (bytes: Uint8Array) => {
    const rows = splitCsvRows(Buffer.from(bytes).toString("utf8"), separator);
    return Buffer.from(change(rows, (altered, lineEnd) => joinCsvRows(altered, separator, lineEnd)));
  };
  const changed = inner === undefined ? alter(data) : await alterInZip(data, inner, alter);
  return { folders: raw.folders, files: new Map(raw.files).set(path, changed) };
}

async function alterInZip(data: Uint8Array, name: string, alter: (bytes: Uint8Array) => Buffer): Promise<Buffer> {
  const { files, folders } = await readZip(data);
  const inner = files.get(name);
  if (inner === undefined) throw new Error(`The archive has no ${name}.`);
  const zip = new ZipFile();
  for (const folder of folders) zip.addEmptyDirectory(folder);
  for (const [path, bytes] of files) zip.addBuffer(path === name ? alter(bytes) : Buffer.from(bytes), path);
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
