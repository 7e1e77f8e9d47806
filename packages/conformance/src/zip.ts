import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { type Entry, fromBuffer, type Options, type ZipFile } from "yauzl";

/** Files of a zip by name, and the folders that have entries of their own. */
export interface ZipContent {
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Names without the final slash. */
  readonly folders: readonly string[];
}

const open = promisify<Buffer, Options, ZipFile>(fromBuffer);

/** Reads a whole zip into memory; CRCs are checked. */
export async function readZip(data: Uint8Array): Promise<ZipContent> {
  const zip = await open(Buffer.from(data.buffer, data.byteOffset, data.byteLength), { lazyEntries: true });
  const files = new Map<string, Uint8Array>();
  const folders: string[] = [];
  await new Promise<void>((resolve, reject) => {
    zip.on("error", reject);
    zip.on("end", resolve);
    zip.on("entry", (entry: Entry) => {
      if (entry.fileName.endsWith("/")) {
        folders.push(entry.fileName.slice(0, -1));
        zip.readEntry();
        return;
      }
      readEntry(zip, entry).then((content) => {
        files.set(entry.fileName, content);
        zip.readEntry();
      }, reject);
    });
    zip.readEntry();
  });
  return { files, folders };
}

/** Writes the content of a zip below a folder. The kit is trusted, and yauzl refuses names that lead out. */
export async function unzipTo(content: ZipContent, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const folder of content.folders) await mkdir(join(directory, folder), { recursive: true });
  for (const [name, data] of content.files) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), data);
  }
}

function readEntry(zip: ZipFile, entry: Entry): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error) return reject(error);
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("error", reject);
      stream.on("end", () => resolve(Buffer.concat(chunks)));
    });
  });
}
