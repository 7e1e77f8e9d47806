// Writes src/competitions/_registry.ts from the files beside it. `--check` only tells whether it is up to date.
import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const directory = fileURLToPath(new URL("../src/competitions/", import.meta.url));
const registryPath = `${directory}_registry.ts`;

const ids = readdirSync(directory)
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && !name.startsWith("_"))
  .map((name) => name.slice(0, -".ts".length))
  .sort();

/** A line of the map as the formatter breaks it. */
const entry = (id) => {
  const line = `  ${key(id)}: () => import("./${id}.js"),`;
  return line.length <= 120 ? line : line.replace(" => ", " =>\n    ");
};

const key = (id) => (/^[A-Za-z_]\w*$/.test(id) ? id : JSON.stringify(id));
const text = `// Generated from this folder by \`pnpm --filter @mlebench/grader generate\`; never edit by hand.
import type { Grader } from "../define-grader.js";

/** Loads the grader of a competition on first use. */
export const GRADER_MODULES: Readonly<Record<string, () => Promise<{ readonly default: Grader }>>> = {
${ids.map((id) => `${entry(id)}\n`).join("")}};
`;

const current = (() => {
  try {
    return readFileSync(registryPath, "utf8");
  } catch {
    return undefined;
  }
})();
if (current === text) process.exit(0);
if (process.argv.includes("--check")) {
  console.error("src/competitions/_registry.ts is not up to date: run `pnpm --filter @mlebench/grader generate`.");
  process.exit(1);
}
const temporaryPath = `${registryPath}.${process.pid}.tmp`;
writeFileSync(temporaryPath, text);
renameSync(temporaryPath, registryPath);
