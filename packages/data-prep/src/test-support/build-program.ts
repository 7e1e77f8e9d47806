import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "tsup";

const packages = fileURLToPath(new URL("../../../", import.meta.url));

/** A program of this folder built to run in a plain Node process, from the sources of all packages. */
export async function buildProgram(name: string): Promise<{ readonly path: string } & AsyncDisposable> {
  // Below the package, so that its dependencies are found.
  const directory = mkdtempSync(join(packages, "data-prep", "node_modules", ".test-program-"));
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
      options.alias = Object.fromEntries(
        ["base", "frame", "competitions"].map((inner) => [
          `@mlebench/${inner}`,
          join(packages, inner, "src", "index.ts"),
        ]),
      );
    },
  });
  return {
    path: join(directory, `${name}.mjs`),
    [Symbol.asyncDispose]: async () => rmSync(directory, { recursive: true, force: true }),
  };
}
