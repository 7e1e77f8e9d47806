import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { GradingCase } from "./check-grading.js";

/** What checks the vectors of one file. */
export interface PrimitiveKind<Vector> {
  readonly name: (vector: Vector) => string;
  /** Nothing when equal, else what is wrong. */
  readonly problem: (vector: Vector) => string | undefined;
}

/** Runs every vector of a kit's primitives. What breaks counts as not equal; nothing is thrown. */
export async function checkPrimitives(kit: string): Promise<GradingCase[]> {
  // Loaded one by one, so that a package that does not load fails its own vectors only.
  const results = [
    await check(kit, "medals", async () => (await import("./primitives/medals.js")).medals),
    await check(kit, "csv", async () => (await import("./primitives/csv.js")).csv),
    await check(kit, "csv_blocks", async () => (await import("./primitives/csv.js")).csvBlocks),
    await check(kit, "sort", async () => (await import("./primitives/sort.js")).sort),
    await check(kit, "random", async () => (await import("./primitives/random.js")).random),
    await check(kit, "split", async () => (await import("./primitives/split.js")).split),
  ];
  return results.flat();
}

async function check<Vector>(
  kit: string,
  file: string,
  load: () => Promise<PrimitiveKind<Vector>>,
): Promise<GradingCase[]> {
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

function checkOne<Vector>(kind: PrimitiveKind<Vector>, vector: Vector): GradingCase {
  const name = kind.name(vector);
  try {
    const problem = kind.problem(vector);
    return problem === undefined ? { name } : { name, problem };
  } catch (error) {
    return { name, problem: String(error) };
  }
}
