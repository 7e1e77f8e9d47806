// Generated from this folder by scripts/generate-registry.mjs; do not edit.
import type { Preparer } from "../preparer.js";

/** Loads a competition's preparer when it is asked for, so that starting up reads none of them. */
export const PREPARERS: Readonly<Record<string, () => Promise<{ readonly default: Preparer }>>> = {
  "spaceship-titanic": () => import("./spaceship-titanic.js"),
  "spooky-author-identification": () => import("./spooky-author-identification.js"),
};
