import { spawnSync } from "node:child_process";
import type { Finding } from "./check.js";

export function checkLocalSandbox(): Finding {
  const name = "Local sandbox";
  const trial = spawnSync("bwrap", ["--version"], { encoding: "utf8" });
  if (trial.status === 0) return { name, state: "ok", facts: `${trial.stdout.trim()}; commands can be isolated` };
  return {
    name,
    state: "warning",
    facts: "bubblewrap (bwrap) is not installed; --sandbox-type local runs commands without isolation",
    fix: "Install bubblewrap, or use Docker for models you do not trust.",
  };
}
