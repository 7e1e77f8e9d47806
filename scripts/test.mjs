// `npm test` after set-up: lint, types, then every package's tests (turbo skips what did not change).
// `node scripts/test.mjs quick` is `npm run test:quick`: all tests but *.integration.test.ts, in one run on the sources.
// `node scripts/test.mjs slow` is `npm run test:slow`: *.slow.test.ts alone.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const kinds = ["quick", "slow"];
const [kind, rest] = kinds.includes(process.argv[2])
  ? [process.argv[2], process.argv.slice(3)]
  : ["all", process.argv.slice(2)];
const env = {
  ...process.env,
  MLEBENCH_TESTS: kind,
  TURBO_TELEMETRY_DISABLED: "1",
  DO_NOT_TRACK: "1",
  PATH: `${root}node_modules/.bin:${process.env.PATH}`,
};

const checks = [
  ["Lint", "biome", "check", "--error-on-warnings", "."],
  ["Types", "tsc", "-p", "tsconfig.json"],
];
const turbo = ["run", "test", "--concurrency=1", "--continue=dependencies-successful", "--output-logs=new-only"];
const steps = {
  all: [...checks, ["Tests", "turbo", ...turbo, ...rest]],
  quick: [...checks, ["Quick tests", "vitest", "run", ...rest]],
  slow: [["Slow tests", "vitest", "run", ...rest]],
};

for (const [title, command, ...args] of steps[kind]) {
  console.error(`> ${title}`);
  const { status } = spawnSync(command, args, { cwd: root, env, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
