import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { workspaceSources } from "./source-entries.js";

/** Unit tests run against the sources of every package, so that a failing line is the line in the editor. */
const alias = workspaceSources().map(({ specifier, path }) => ({ find: specifier, replacement: path }));

/** Which tests a run is of; CONTRIBUTING.md says what the names of the files mean. */
const files: Record<string, { include: string[]; exclude: string[] }> = {
  quick: { include: ["**/src/**/*.test.ts"], exclude: ["**/*.integration.test.ts", "**/*.slow.test.ts"] },
  slow: { include: ["**/src/**/*.slow.test.ts"], exclude: [] },
  all: { include: ["**/src/**/*.test.ts"], exclude: ["**/*.slow.test.ts"] },
};
const { include, exclude } = files[process.env.MLEBENCH_TESTS ?? "all"]!;

export default defineConfig({
  resolve: { alias },
  test: {
    include,
    exclude: [...exclude, "**/node_modules/**", "**/dist/**"],
    setupFiles: [fileURLToPath(new URL("./vitest.setup.ts", import.meta.url))],
    passWithNoTests: process.env.MLEBENCH_TESTS === "slow",
    reporters: ["default", ["json", { outputFile: ".test-results.json" }]],
    testTimeout: 180_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
    isolate: process.env.MLEBENCH_TESTS !== "quick",
    // Real daemons, clusters and processes now and then fail for reasons of their own: CI tries once more, and its closing lines name each such test.
    retry: process.env.CI === undefined ? 0 : 1,
  },
});
