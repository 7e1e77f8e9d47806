import type { Candidate } from "./sorting-eval.js";

const READ = `const numbers = require("node:fs").readFileSync(0, "utf8").trim().split(/\\s+/).map(Number);`;

/** One that is right, one that sorts as text, and one that never ends. */
export const CANDIDATES: readonly Candidate[] = [
  { name: "right", source: `${READ} console.log(numbers.sort((a, b) => a - b).join(" "));` },
  { name: "as-text", source: `${READ} console.log(numbers.sort().join(" "));` },
  { name: "endless", source: "for (;;);" },
];
