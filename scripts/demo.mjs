// `npm run demo`: the bundled competition, from description to graded submission, on this machine alone.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../packages/cli/bin/mlebench.mjs", import.meta.url));
const { status } = spawnSync(process.execPath, [bin, "run", "--demo", ...process.argv.slice(2)], { stdio: "inherit" });
if (status === 0) console.log("In this checkout, mlebench is node_modules/.bin/mlebench.");
process.exit(status ?? 1);
