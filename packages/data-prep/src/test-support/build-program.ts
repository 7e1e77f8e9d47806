import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "tsup";
import { workspaceSources } from "../../../../source-entries.js";

const dependencies = fileURLToPath(new URL("../../node_modules/", import.meta.url));

/** A program of this folder built to run in a plain Node process, from the sources of all packages. */
export async function buildProgram(name: string): Promise<{ readonly path: string } & AsyncDisposable> {
  // Below the package, so that its dependencies are found.
  const directory = mkdtempSync(join(dependencies, ".test-program-"));
  await build({
    entry: [fileURLToPath(new URL(`${name}.ts`, import.meta.url))],
    outDir: directory,
    config: false,
    silent: true,
    format: "esm",
    target: "node20",
    dts: false,
    outExtension: () => ({ js: ".mjs" }),
    noExternal: [/^@mlebench\//],
    esbuildOptions: (options) => {
      options.alias = Object.fromEntries(workspaceSources().map(({ specifier, path }) => [specifier, path]));
    },
  });
  return {
    path: join(directory, `${name}.mjs`),
    [Symbol.asyncDispose]: async () => rmSync(directory, { recursive: true, force: true }),
  };
}
