import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataPrepError, prepareCompetition } from "@mlebench/data-prep";
import { md5 } from "../kit.js";
import { readZip, unzipTo, type ZipContent } from "../zip.js";

/** What came of preparing: what it refused with, or a digest of everything that it wrote. */
export type Outcome =
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "prepared"; readonly digest: string; readonly files: ReadonlyMap<string, string> };

/** Written beside the prepared files from elsewhere; upstream's preparers have none. */
const DESCRIPTION = "public/description.md";

/** Prepares raw data with ours. What is not a refusal of the package is a fault, and thrown. */
export async function prepareOurs(id: string, raw: ZipContent): Promise<Outcome> {
  const directory = await mkdtemp(join(tmpdir(), "conformance-perturb-"));
  try {
    const rawDir = join(directory, "raw");
    await unzipTo(raw, rawDir);
    const { paths } = await prepareCompetition(id, {
      dataDir: join(directory, "data"),
      rawDir,
      skipVerification: true,
    });
    return await digestPrepared(paths.prepared);
  } catch (error) {
    if (!DataPrepError.is(error)) throw error;
    return { kind: "refused", reason: `${error.code}: ${error.message}` };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Every file and empty folder of `public` and `private`. Zips count by the contents of their entries. */
export async function digestPrepared(directory: string): Promise<Outcome> {
  const files = new Map<string, string>();
  const walk = async (path: string): Promise<void> => {
    const entries = await readdir(join(directory, path), { withFileTypes: true });
    if (entries.length === 0) files.set(`${path}/`, "empty folder");
    for (const entry of entries) {
      const child = `${path}/${entry.name}`;
      if (entry.isDirectory()) await walk(child);
      else if (child !== DESCRIPTION) files.set(child, await contentMd5(join(directory, child)));
    }
  };
  for (const part of ["public", "private"]) await walk(part);
  const lines = [...files].map(([path, sum]) => `${path} ${sum}\n`).sort();
  return { kind: "prepared", digest: md5(Buffer.from(lines.join(""))), files };
}

async function contentMd5(path: string): Promise<string> {
  const data = await readFile(path);
  if (!path.endsWith(".zip")) return md5(data);
  const { files } = await readZip(data);
  const lines = Array.from(files, ([name, content]) => `${name} ${md5(content)}\n`).sort();
  return md5(Buffer.from(lines.join("")));
}
