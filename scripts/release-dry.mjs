// `npm run release:dry`: packs every public package as it would be published and lints the tarballs.
// Prints the folder with the tarballs as the last line. `-- --output DIR` chooses it.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const env = { ...process.env, PATH: `${root}node_modules/.bin:${process.env.PATH}` };
const outputIndex = process.argv.indexOf("--output");
const output =
  outputIndex > 0 ? resolve(process.argv[outputIndex + 1]) : mkdtempSync(join(tmpdir(), "mlebench-release-"));
mkdirSync(output, { recursive: true });

function run(cwd, command, ...args) {
  const result = spawnSync(command, args, { cwd, env, encoding: "utf8" });
  if (result.status === 0) return result.stdout;
  console.error(`${command} ${args.join(" ")} failed in ${cwd}\n${result.stdout}${result.stderr}`);
  process.exit(1);
}

// Ends with a message where a changed package has no changeset.
run(root, "changeset", "status", "--output=/dev/null");
for (const name of readdirSync(join(root, "packages")).sort()) {
  const directory = join(root, "packages", name);
  const manifest = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
  if (manifest.private) continue;
  const [{ filename, files }] = [
    JSON.parse(run(directory, "pnpm", "pack", "--json", "--pack-destination", output)),
  ].flat();
  run(directory, "publint", "--strict", filename);
  run(directory, "attw", filename, "--profile", "esm-only", "--format", "ascii");
  console.error(`${manifest.name}@${manifest.version}: ${files.length} files, publint and attw clean`);
}
console.log(output);
