import { nearestNames } from "@mlebench/base";
import { PREPARERS } from "./competitions/_registry.js";
import { DataPrepError } from "./errors.js";
import type { Preparer } from "./preparer.js";

/** There is no preparer for a competition. */
export class UnknownPreparerError extends DataPrepError {
  constructor(id: string) {
    const near = nearestNames(id, listPreparers());
    super({
      code: "DATA_PREP_UNKNOWN_COMPETITION",
      message: `There is no preparer for ${JSON.stringify(id)}.`,
      hint: near.length > 0 ? `Did you mean ${near.join(" or ")}?` : "registerPreparer adds one of your own.",
    });
  }
}

const registered = new Map<string, Preparer>();

/** Adds a preparer of your own, or takes the place of a built-in one. */
export function registerPreparer(preparer: Preparer): void {
  registered.set(preparer.id, preparer);
}

/** Whether {@link registerPreparer} was called for a competition. */
export function isRegisteredPreparer(id: string): boolean {
  return registered.has(id);
}

/** @throws UnknownPreparerError with the nearest ids. */
export async function getPreparer(id: string): Promise<Preparer> {
  const own = registered.get(id);
  if (own !== undefined) return own;
  const load = Object.hasOwn(PREPARERS, id) ? PREPARERS[id] : undefined;
  if (load === undefined) throw new UnknownPreparerError(id);
  return (await load()).default;
}

/** The ids of all preparers, sorted. */
export function listPreparers(): string[] {
  return [...new Set([...Object.keys(PREPARERS), ...registered.keys()])].sort();
}
