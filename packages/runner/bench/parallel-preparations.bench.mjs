// How many cores preparations that only compute use: as many of them as there are cores (two to four), one at a time and
// all at once. The second takes the first's time divided by the cores, plus what a process costs.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadPlugIn, prepareCompetitions } from "@mlebench/runner";
import { IDS } from "./burning-plug-in.mjs";

const ids = IDS.slice(0, Math.max(2, Math.min(IDS.length, availableParallelism())));
const directory = mkdtempSync(join(tmpdir(), "mlebench-bench-"));
try {
  await loadPlugIn(fileURLToPath(new URL("./burning-plug-in.mjs", import.meta.url)));
  mkdirSync(join(directory, "raw"));
  writeFileSync(join(directory, "raw", "all.csv"), "id,y\n1,0\n");
  const alone = await measure("alone", 1);
  const together = await measure("together", ids.length);
  console.log(`${ids.length} preparations: ${alone.toFixed(1)} s one at a time, ${together.toFixed(1)} s at once`);
  console.log(`speed-up ${(alone / together).toFixed(2)} on ${availableParallelism()} cores`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}

async function measure(name, maxPreparations) {
  const started = performance.now();
  const results = await prepareCompetitions(ids, {
    dataDir: join(directory, name),
    rawDir: join(directory, "raw"),
    maxPreparations,
    env: {},
  });
  for (const { status, message } of results) if (status !== "prepared") throw new Error(message);
  return (performance.now() - started) / 1000;
}
