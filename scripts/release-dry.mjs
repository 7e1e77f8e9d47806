// `npm run release:dry`: packs every public package as it would be published and lints the tarballs.
// Prints the folder with the tarballs as the last line. `-- --output DIR` chooses it.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("..", import.meta.url));
const env = { ...process.env, PATH: `${root}node_modules/.bin:${process.env.PATH}` };
const outputIndex = process.argv.indexOf("--output");
const output =
  outputIndex > 0 ? resolve(process.argv[outputIndex + 1]) : mkdtempSync(join(tmpdir(), "mlebench-release-"));
mkdirSync(output, { recursive: true });

async function run(cwd, command, ...args) {
  try {
    const { stdout } = await promisify(execFile)(command, args, { cwd, env, maxBuffer: 1e8 });
    return stdout;
  } catch (error) {
    console.error(`${command} ${args.join(" ")} failed in ${cwd}\n${error.stdout}${error.stderr}`);
    process.exit(1);
  }
}

async function packAndLint(directory, manifest) {
  const packed = await run(directory, "pnpm", "pack", "--json", "--pack-destination", output);
  const [{ filename, files }] = [JSON.parse(packed)].flat();
  await run(directory, "publint", "--strict", filename);
  await run(directory, "attw", filename, "--profile", "esm-only", "--format", "ascii");
  console.error(`${manifest.name}@${manifest.version}: ${files.length} files, publint and attw clean`);
}

// Ends with a message where a changed package has no changeset.
await run(root, "changeset", "status", "--output=/dev/null");
const waiting = readdirSync(join(root, "packages"))
  .map((name) => join(root, "packages", name))
  .map((directory) => ({ directory, manifest: JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) }))
  .filter(({ manifest }) => !manifest.private);
await Promise.all(
  Array.from({ length: availableParallelism() }, async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await packAndLint(next.directory, next.manifest);
  }),
);
console.log(output);
