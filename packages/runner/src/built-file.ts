import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/**
 * Path of a file that the build writes beside the package's index. It is found through the package's own name, so that
 * it is the built one also when the sources run.
 */
export function builtFile(name: string): string {
  return join(dirname(createRequire(import.meta.url).resolve("@mlebench/runner/package.json")), "dist", name);
}
