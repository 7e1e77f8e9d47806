// `npm test` after set-up: lint, types, then every package's tests (turbo skips what did not change).
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const env = {
  ...process.env,
  TURBO_TELEMETRY_DISABLED: "1",
  DO_NOT_TRACK: "1",
  PATH: `${root}node_modules/.bin:${process.env.PATH}`,
};

for (const [title, command, ...args] of [
  ["Lint", "biome", "check", "--error-on-warnings", "."],
  ["Types", "tsc", "-p", "tsconfig.json"],
  [
    "Tests",
    "turbo",
    "run",
    "test",
    "--concurrency=1",
    "--continue=dependencies-successful",
    "--output-logs=new-only",
    ...process.argv.slice(2),
  ],
]) {
  console.error(`> ${title}`);
  const { status } = spawnSync(command, args, { cwd: root, env, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
