import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * A Python that has Inspect, which is the authority on the format. It is installed once for all
 * (scripts/inspect-venv.mjs); without Python or network the checks with it are skipped and say so, unless
 * MLEBENCH_REQUIRE_INSPECT=1 says that they must not be.
 */
export function findInspect(): string | undefined {
  const script = fileURLToPath(new URL("../../../../scripts/inspect-venv.mjs", import.meta.url));
  const found = spawnSync(process.execPath, [script], { encoding: "utf8" });
  if (found.status === 0) return found.stdout.trim();
  const reason = `Inspect is not at hand: ${found.stderr.trim()}`;
  if (process.env["MLEBENCH_REQUIRE_INSPECT"] === "1") throw new Error(reason);
  console.warn(`skipped: ${reason}`);
  return undefined;
}
