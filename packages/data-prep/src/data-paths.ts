import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { getCompetition } from "@mlebench/competitions";

/** Where the files of one competition lie below a data directory; the layout is upstream's. */
export interface DataPaths {
  /** `<dataDir>/<id>` */
  readonly root: string;
  /** `<id>.zip`, as Kaggle serves it. */
  readonly zip: string;
  /** `raw/`, the zip unpacked. */
  readonly raw: string;
  /** `prepared/` */
  readonly prepared: string;
  /** `prepared/public/`: what an agent sees. */
  readonly publicDir: string;
  /** `prepared/private/`: the answers. */
  readonly privateDir: string;
  /** The answers file. */
  readonly answers: string;
  /** The sample submission. */
  readonly sampleSubmission: string;
  /** `prepared/public/description.md` */
  readonly description: string;
}

/**
 * The absolute paths of a competition's data. Nothing is looked at or made.
 * @throws UnknownCompetitionError (of `@mlebench/competitions`) for an id that the catalogue lacks.
 */
export function dataPaths(dataDir: string, id: string): DataPaths {
  const competition = getCompetition(id);
  const root = resolve(dataDir, id);
  const prepared = join(root, "prepared");
  return {
    root,
    zip: join(root, `${id}.zip`),
    raw: join(root, "raw"),
    prepared,
    publicDir: join(prepared, "public"),
    privateDir: join(prepared, "private"),
    answers: join(prepared, competition.answers),
    sampleSubmission: join(prepared, competition.sampleSubmission),
    description: join(prepared, "public", "description.md"),
  };
}

/**
 * Whether a competition's data are ready: public and private hold something, the answers and the sample submission exist.
 * That is upstream's own rule, so data that `mlebench prepare` of upstream made count too.
 */
export async function isPrepared(id: string, dataDir: string): Promise<boolean> {
  const paths = dataPaths(dataDir, id);
  const checks = await Promise.all([
    holdsSomething(paths.publicDir),
    holdsSomething(paths.privateDir),
    isFile(paths.answers),
    isFile(paths.sampleSubmission),
  ]);
  return checks.every(Boolean);
}

/** False for a folder that is empty or missing. */
export async function holdsSomething(directory: string): Promise<boolean> {
  return (await readdir(directory).catch(() => [])).length > 0;
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}
