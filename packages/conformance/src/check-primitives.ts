import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkMedals } from "./primitives/medals.js";

/** How one vector came out. */
export interface PrimitiveResult {
  readonly name: string;
  /** Nothing when equal. */
  readonly problem?: string;
}

/** A vector of some kind, checked: nothing when equal, else what is wrong. */
export type VectorCheck<Vector> = (vector: Vector) => { readonly name: string; readonly problem?: string };

/** Runs every vector of a kit's primitives. What breaks counts as not equal; nothing is thrown. */
export async function checkPrimitives(kit: string): Promise<PrimitiveResult[]> {
  return [checkMedals(readVectors(kit, "medals"))].flat();
}

function readVectors<Vector>(kit: string, name: string): Vector[] {
  const path = join(kit, "_primitives", `${name}.json`);
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Vector[]) : [];
}
