import { nearestNames } from "@mlebench/base";
import { GRADER_MODULES } from "./competitions/_registry.js";
import type { Grader } from "./define-grader.js";
import { DuplicateGraderError, UnknownGraderError } from "./errors.js";

const registered = new Map<string, Grader>();

/**
 * The grader of a competition; its module is loaded on first use.
 * @throws UnknownGraderError with the nearest ids in its hint.
 */
export async function getGrader(id: string): Promise<Grader> {
  const own = registered.get(id);
  if (own !== undefined) return own;
  const load = Object.hasOwn(GRADER_MODULES, id) ? GRADER_MODULES[id] : undefined;
  if (load === undefined) throw new UnknownGraderError(id, nearestNames(id, listGraders()));
  return (await load()).default;
}

/** Ids of all graders, bundled and registered. */
export function listGraders(): string[] {
  return [...Object.keys(GRADER_MODULES), ...registered.keys()];
}

/**
 * Adds the grader of a plug-in's competition to this process.
 * @throws DuplicateGraderError when the id is taken.
 */
export function registerGrader(grader: Grader): void {
  if (Object.hasOwn(GRADER_MODULES, grader.id) || registered.has(grader.id)) throw new DuplicateGraderError(grader.id);
  registered.set(grader.id, grader);
}
