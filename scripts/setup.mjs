// The shared first step of `npm run demo` and `npm test`: install with the pinned pnpm, then build with turbo.
// Needs only Node and npm; pnpm itself is fetched by npx the first time and is a dev dependency afterwards.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const { engines, packageManager } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
const [oldest, current] = [engines.node.slice(2), process.versions.node].map((version) =>
  version.split(".").map(Number),
);
if (current[0] < oldest[0] || (current[0] === oldest[0] && current[1] < oldest[1])) {
  console.error(
    `This needs Node ${engines.node}, and ${process.versions.node} is running. Get a newer one from https://nodejs.org.`,
  );
  process.exit(1);
}
const env = {
  ...process.env,
  TURBO_TELEMETRY_DISABLED: "1",
  DO_NOT_TRACK: "1",
  PATH: `${root}node_modules/.bin:${process.env.PATH}`,
};

function step(title, command, args) {
  console.error(`> ${title}`);
  const { status, error } = spawnSync(command, args, { cwd: root, env, stdio: ["ignore", 2, 2] });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

const pnpm = existsSync(`${root}node_modules/.bin/pnpm`) ? ["pnpm"] : ["npx", "--yes", packageManager];
step("Installing packages", pnpm[0], [
  ...pnpm.slice(1),
  "install",
  "--frozen-lockfile",
  "--prefer-offline",
  "--reporter=append-only",
]);
step("Building", "turbo", ["run", "build", "--output-logs=errors-only"]);
