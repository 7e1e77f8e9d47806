import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const packagesDirectory = fileURLToPath(new URL("./packages/", import.meta.url));

/** Unit tests run against the sources of every package, so that a failing line is the line in the editor. */
const alias = readdirSync(packagesDirectory).flatMap((name) => [
  ...["testing", "settings"].map((entry) => ({
    find: `@mlebench/${name}/${entry}`,
    replacement: `${packagesDirectory}${name}/src/${entry}/index.ts`,
  })),
  { find: `@mlebench/${name}`, replacement: `${packagesDirectory}${name}/src/index.ts` },
]);

export default defineConfig({
  resolve: { alias },
  test: {
    include: ["src/**/*.test.ts"],
    setupFiles: [fileURLToPath(new URL("./vitest.setup.ts", import.meta.url))],
    passWithNoTests: false,
    reporters: ["default", ["json", { outputFile: ".test-results.json" }]],
    testTimeout: 180_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
    // Real daemons, clusters and processes now and then fail for reasons of their own: CI tries once more, and its closing lines name each such test.
    retry: process.env.CI === undefined ? 0 : 1,
  },
});
