import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** How one vector came out. */
export interface PrimitiveResult {
  readonly name: string;
  /** Nothing when equal. */
  readonly problem?: string;
}

/** What checks the vectors of one file. */
interface PrimitiveKind<Vector> {
  readonly name: (vector: Vector) => string;
  /** Nothing when equal, else what is wrong. */
  readonly problem: (vector: Vector) => string | undefined;
}

/** Runs every vector of a kit's primitives. What breaks counts as not equal; nothing is thrown. */
export async function checkPrimitives(kit: string): Promise<PrimitiveResult[]> {
  // Loaded one by one, so that a package that does not load fails its own vectors only.
  const results = [
    await check(kit, "medals", async () => {
      const { medalName, medalProblem } = await import("./primitives/medals.js");
      return { name: medalName, problem: medalProblem };
    }),
    await check(kit, "csv", async () => {
      const { csvName, csvProblem } = await import("./primitives/csv.js");
      return { name: csvName, problem: csvProblem };
    }),
    await check(kit, "csv_blocks", async () => {
      const { csvBlocksName, csvBlocksProblem } = await import("./primitives/csv.js");
      return { name: csvBlocksName, problem: csvBlocksProblem };
    }),
    await check(kit, "sort", async () => {
      const { sortName, sortProblem } = await import("./primitives/sort.js");
      return { name: sortName, problem: sortProblem };
    }),
    await check(kit, "random", async () => {
      const { randomName, randomProblem } = await import("./primitives/random.js");
      return { name: randomName, problem: randomProblem };
    }),
    await check(kit, "split", async () => {
      const { splitName, splitProblem } = await import("./primitives/split.js");
      return { name: splitName, problem: splitProblem };
    }),
  ];
  return results.flat();
}

async function check<Vector>(
  kit: string,
  file: string,
  load: () => Promise<PrimitiveKind<Vector>>,
): Promise<PrimitiveResult[]> {
  const path = join(kit, "_primitives", `${file}.json`);
  if (!existsSync(path)) return [];
  const vectors = JSON.parse(readFileSync(path, "utf8")) as Vector[];
  try {
    const kind = await load();
    return vectors.map((vector) => checkOne(kind, vector));
  } catch (error) {
    return vectors.map((_, index) => ({ name: `${file} ${index}`, problem: String(error) }));
  }
}

function checkOne<Vector>(kind: PrimitiveKind<Vector>, vector: Vector): PrimitiveResult {
  const name = kind.name(vector);
  try {
    const problem = kind.problem(vector);
    return problem === undefined ? { name } : { name, problem };
  } catch (error) {
    return { name, problem: String(error) };
  }
}
