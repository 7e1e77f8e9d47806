import { mkdir, open, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { ZipFile } from "yazl";

/** What becomes one entry of a zip. */
export type ZipSource =
  | { readonly name: string; readonly path: string }
  | { readonly name: string; readonly content: string | Uint8Array }
  /** A folder entry; its name gets a `/` at the end. */
  | { readonly name: string; readonly directory: true };

/** What {@link writeZip} takes. */
export interface WriteZipOptions {
  /** `false` stores the bytes as they are: right for images, and much faster. @default true */
  readonly compress?: boolean;
  readonly signal?: AbortSignal;
}

/** Every entry has the same time, so that equal content gives equal archives. */
const ENTRY_TIME = new Date(1980, 0, 1, 12);
const FILE_MODE = 0o100644;

/** Writes a zip (zip64 where it must be) with the given entries in the given order. */
export async function writeZip(
  archivePath: string,
  sources: Iterable<ZipSource>,
  options: WriteZipOptions = {},
): Promise<void> {
  await mkdir(dirname(archivePath), { recursive: true });
  // The path may be another name of a raw file: never open what is there.
  await rm(archivePath, { force: true });
  // Opened before anything can fail, so that no late opening makes the file again after it was removed.
  const file = await open(archivePath, "wx");
  try {
    const zip = new ZipFile();
    const entry = { mtime: ENTRY_TIME, mode: FILE_MODE, compress: options.compress ?? true };
    const failed = new Promise<never>((_, reject) => zip.on("error", reject));
    for (const source of sources) {
      if ("path" in source) zip.addFile(source.path, source.name, entry);
      else if ("content" in source) zip.addBuffer(Buffer.from(source.content), source.name, entry);
      else zip.addEmptyDirectory(source.name, { mtime: ENTRY_TIME });
    }
    zip.end();
    const written = pipeline(zip.outputStream, file.createWriteStream(), { signal: options.signal });
    // It fails as well when the other one did.
    written.catch(() => undefined);
    await Promise.race([written, failed]);
  } catch (error) {
    await file.close();
    await rm(archivePath, { force: true });
    throw error;
  }
}
