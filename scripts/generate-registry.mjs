// Writes the entries of FOLDER/_registry.ts from the files beside it; what stands before them is kept.
//   node scripts/generate-registry.mjs FOLDER [--check]    --check only says whether the registry is up to date.
import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const LINE_WIDTH = 120;

const isCheck = process.argv.includes("--check");
const [folder] = process.argv.slice(2).filter((argument) => argument !== "--check");
if (folder === undefined) throw new Error("usage: generate-registry.mjs FOLDER [--check]");
const path = join(folder, "_registry.ts");

const entries = readdirSync(folder)
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && !name.startsWith("_"))
  .map((name) => name.slice(0, -".ts".length))
  .sort()
  .map((id) => {
    const key = /^[a-z_]\w*$/i.test(id) ? id : JSON.stringify(id);
    const line = `  ${key}: () => import("./${id}.js"),`;
    // As the formatter breaks it.
    return line.length <= LINE_WIDTH ? line : line.replace("=> ", "=>\n    ");
  });

const current = readFileSync(path, "utf8");
const [head] = current.split(" = {\n", 1);
const wanted = `${[`${head} = {`, ...entries, "};"].join("\n")}\n`;
if (wanted !== current && isCheck) {
  console.error(`${path} is out of date: run \`pnpm run generate\` in its package.`);
  process.exitCode = 1;
} else if (wanted !== current) {
  const draft = `${path}.${process.pid}.part`;
  writeFileSync(draft, wanted);
  renameSync(draft, path);
}
