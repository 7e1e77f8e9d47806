// Generated from this folder by `pnpm --filter @mlebench/grader generate`; never edit by hand.
import type { Grader } from "../define-grader.js";

/** Loads the grader of a competition on first use. */
export const GRADER_MODULES: Readonly<Record<string, () => Promise<{ readonly default: Grader }>>> = {
  "spaceship-titanic": () => import("./spaceship-titanic.js"),
  "spooky-author-identification": () => import("./spooky-author-identification.js"),
};
