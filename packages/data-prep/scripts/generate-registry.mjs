/** Writes src/competitions/_registry.ts from the files beside it; `--check` only says whether it is up to date. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

const directory = new URL("../src/competitions/", import.meta.url);
const target = new URL("_registry.ts", directory);

const ids = readdirSync(directory)
  .filter((name) => /^[^_].*\.ts$/.test(name) && !name.endsWith(".test.ts"))
  .map((name) => name.slice(0, -".ts".length))
  .sort();
const lines = ids.map((id) => {
  const key = /^[a-z_]\w*$/i.test(id) ? id : JSON.stringify(id);
  const line = `  ${key}: () => import("./${id}.js"),\n`;
  // As the formatter breaks it.
  return line.length <= 121 ? line : line.replace("=> ", "=>\n    ");
});
const source = `// Generated from this folder by scripts/generate-registry.mjs; do not edit.
import type { Preparer } from "../preparer.js";

/** Loads a competition's preparer when it is asked for, so that starting up reads none of them. */
export const PREPARERS: Readonly<Record<string, () => Promise<{ readonly default: Preparer }>>> = {${lines.length > 0 ? `\n${lines.join("")}` : ""}};
`;

if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== source) {
    console.error("src/competitions/_registry.ts is out of date: pnpm --filter @mlebench/data-prep run generate");
    process.exitCode = 1;
  }
} else {
  writeFileSync(target, source);
}
