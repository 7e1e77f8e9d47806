import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** One subpath that a package exports, and the source file it is built from. */
export interface SourceEntry {
  /** What an importer writes, `@mlebench/base/testing`. */
  readonly specifier: string;
  /** The path of the built file below `dist`, without its ending: `index`, `testing/index`, `log-types`. */
  readonly output: string;
  /** The source, relative to the package: `src/testing/index.ts`. */
  readonly source: string;
}

/**
 * The entries of the package in `directory`, read from the `exports` of its package.json: `.` is built from
 * `src/index.ts`, `./x` from `src/x/index.ts` or else `src/x.ts`. Build, tests and types all follow this rule.
 */
export function sourceEntries(directory: string): SourceEntry[] {
  const manifest = JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as {
    name: string;
    exports?: Record<string, unknown>;
  };
  return Object.keys(manifest.exports ?? {})
    .filter((subpath) => !subpath.endsWith(".json"))
    .map((subpath) => {
      const folder = join(subpath, "index");
      const output = existsSync(join(directory, "src", `${folder}.ts`)) ? folder : join(subpath);
      return { specifier: join(manifest.name, subpath), output, source: `src/${output}.ts` };
    });
}

/** The specifiers of all packages of this workspace and the absolute paths of their sources, longest specifier first. */
export function workspaceSources(): { specifier: string; path: string }[] {
  const packages = fileURLToPath(new URL("./packages/", import.meta.url));
  return readdirSync(packages)
    .filter((name) => existsSync(join(packages, name, "package.json")))
    .flatMap((name) =>
      sourceEntries(join(packages, name)).map(({ specifier, source }) => ({
        specifier,
        path: join(packages, name, source),
      })),
    )
    .sort((a, b) => b.specifier.length - a.specifier.length);
}
