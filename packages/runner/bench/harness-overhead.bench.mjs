// What the harness itself costs: a scripted model that does nothing, on the local sandbox without isolation, beside
// `inspect eval` with mockllm on its local sandbox. Inspect is left out, with a reason, when there is no Python for it.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { registerMockScript } from "@mlebench/models";
import { loadPlugIn, mleBench, runEval } from "@mlebench/runner";
import { createLocalProvider } from "@mlebench/sandbox-compose";

const SAMPLES = 8;
const AT_A_TIME = 4;
const COMMAND = "true";
const RUNS = { short: 2, long: 22 };
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const directory = mkdtempSync(join(tmpdir(), "mlebench-bench-"));
try {
  const ours = await measureOurs();
  report("mlebench", ours);
  const theirs = measureInspect();
  if (theirs) {
    report("inspect", theirs);
    const [a, b] = [costs(ours), costs(theirs)];
    const [whole, turn, sample] = [ours.long / theirs.long, a.turn / b.turn, a.sample / b.sample].map((x) =>
      x.toFixed(2),
    );
    console.log(`ratio to inspect: ${whole} for the long run, ${turn} a turn, ${sample} a sample`);
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}

async function measureOurs() {
  await loadPlugIn(here("./nothing-plug-in.mjs"));
  mkdirSync(join(directory, "raw"));
  writeFileSync(join(directory, "raw", "all.csv"), "id,y\n1,0\n");
  const provider = createLocalProvider({ bubblewrap: "never" });
  const run = async (turns, epochs) => {
    const script = `bench-${turns}-${epochs}`;
    registerMockScript(script, {
      turns: [...Array.from({ length: turns }, () => ({ bash: COMMAND })), { submit: "done" }],
    });
    const started = performance.now();
    const { exitCode, samples } = await runEval({
      task: await mleBench({
        competitions: ["nothing"],
        epochs,
        maxMessages: null,
        dataDir: join(directory, "data"),
      }),
      model: `mock/${script}`,
      provider,
      rawDir: join(directory, "raw"),
      maxSamples: AT_A_TIME,
      logDir: join(directory, "logs"),
    });
    if (exitCode !== 0)
      throw new Error(`the run failed: ${samples.find(({ summary }) => summary?.error)?.summary.error}`);
    return (performance.now() - started) / 1000;
  };
  try {
    await run(1, 1);
    const seconds = {};
    for (const [name, turns] of Object.entries(RUNS)) seconds[name] = await run(turns, SAMPLES);
    return seconds;
  } finally {
    await provider[Symbol.asyncDispose]();
  }
}

function measureInspect() {
  let python;
  try {
    python = execFileSync(process.execPath, [here("../../../scripts/inspect-venv.mjs")], { encoding: "utf8" }).trim();
  } catch (error) {
    console.log(`inspect is left out: ${String(error.stderr || error.message).trim()}`);
    return undefined;
  }
  const settings = JSON.stringify({ samples: SAMPLES, atATime: AT_A_TIME, command: COMMAND, runs: RUNS });
  const output = execFileSync(python, [here("./inspect_overhead.py"), settings], { cwd: directory, encoding: "utf8" });
  return JSON.parse(output.trim().split("\n").at(-1));
}

/** Two runs that differ in their turns alone tell what a turn costs and what is left for a sample. */
function costs({ short, long }) {
  const turn = (long - short) / (SAMPLES * (RUNS.long - RUNS.short));
  return { turn, sample: short / SAMPLES - turn * RUNS.short };
}

function report(name, seconds) {
  const { turn, sample } = costs(seconds);
  const [short, long] = [seconds.short.toFixed(2), seconds.long.toFixed(2)];
  console.log(
    `${name}: ${short} s and ${long} s for ${SAMPLES} samples of ${RUNS.short} and ${RUNS.long} turns, ${AT_A_TIME} at a time: ` +
      `${(turn * 1000).toFixed(1)} ms a turn, ${(sample * 1000).toFixed(0)} ms a sample (start, grading and log included)`,
  );
}
