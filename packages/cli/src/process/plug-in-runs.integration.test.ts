import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readEvalLog } from "@mlebench/runner";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type CliResult, runCli } from "../test-support/run-cli.js";

const PLUG_IN = new URL("../test-support/toy-plug-in.mjs", import.meta.url).href;

let root: string;
let directory: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "mlebench-plug-in-"));
  directory = join(root, "project");
  await mkdir(join(directory, "raw"), { recursive: true });
  await writeFile(join(directory, "toys.mjs"), `export { default } from "${PLUG_IN}";\n`);
  await writeFile(join(directory, "raw", "all.csv"), "id,y\n1,0\n2,1\n");
  await writeFile(
    join(directory, "solver.mjs"),
    `export async function copySample(state, { args, sandbox }) {
  if (args.tries !== 3) throw new Error("It was given " + JSON.stringify(args));
  const inside = await sandbox.exec(["sh", "-c", "echo $OF_THE_RUN"]);
  if (process.env.OF_THE_RUN !== "only" || inside.stdout !== "\\n") throw new Error("--env is not where it belongs");
  await sandbox.exec(["cp", "data/sample_submission.csv", "submission/submission.csv"]);
  return { ...state, submitted: true };
}
`,
  );
  await writeFile(
    join(directory, "scorer.mjs"),
    `export default () => ({
  name: "rows",
  metrics: ["accuracy"],
  score: async ({ report }) => ({ value: report.score, explanation: "from the module" }),
});
`,
  );
});
afterEach(() => rm(root, { recursive: true, force: true }));

const cli = (...args: string[]): Promise<CliResult> => runCli(args, { cwd: directory });

async function onlyLog(): Promise<string> {
  const logs = (await readdir(join(directory, "logs"))).filter((name) => name.endsWith(".eval"));
  expect(logs).toHaveLength(1);
  return join("logs", logs[0]!);
}

const RUN = [
  ...["run", "-c", "toy-01", "--plug-in", "toys.mjs", "--raw-dir", "raw", "--data-dir", "data"],
  ...["--sandbox-type", "local", "--model", "mock/default", "--solver", "solver.mjs@copySample"],
  ...["-S", "tries=3", "--env", "OF_THE_RUN=only"],
  ...["--scorer", "scorer.mjs", "--display", "plain"],
];

it("a log remembers the plug-in and the modules of its run, also after the project has moved", async () => {
  // A failing first epoch makes a log that can be resumed.
  await rename(join(directory, "raw", "all.csv"), join(directory, "away.csv"));
  expect((await cli(...RUN)).exitCode).toBe(1);
  await rename(join(directory, "away.csv"), join(directory, "raw", "all.csv"));
  const log = await onlyLog();
  const header = await readEvalLog(join(directory, log), { header: true });
  expect(header.eval.metadata).toMatchObject({
    plug_ins: ["../toys.mjs"],
    modules: { solver: "../solver.mjs@copySample", scorer: "../scorer.mjs" },
  });
  expect(JSON.stringify(header.eval.metadata)).not.toContain(directory);

  await rename(directory, join(root, "moved"));
  directory = join(root, "moved");
  const resumed = await cli("run", "--resume", log, "--raw-dir", "raw", "--env", "OF_THE_RUN=only", "--json");
  expect(resumed.stderr).not.toContain("error");
  expect(resumed.exitCode).toBe(0);
  expect(JSON.parse(resumed.stdout)).toMatchObject({ status: "success", results: { scores: [{ name: "rows" }] } });

  const scored = await cli("score", log, "--data-dir", "data", "--json");
  expect(scored.exitCode).toBe(0);
  expect(JSON.parse(scored.stdout)).toMatchObject({ failed: 0, results: { scores: [{ name: "rows" }] } });
  const again = await cli("score", JSON.parse(scored.stdout).log, "--json");
  expect(JSON.parse(again.stdout)).toMatchObject({ failed: 0 });
});

it("a plug-in that is gone is named, and --plug-in says where it is now", async () => {
  expect((await cli(...RUN)).exitCode).toBe(0);
  const log = await onlyLog();
  await rename(join(directory, "toys.mjs"), join(directory, "elsewhere.mjs"));
  const lost = await cli("score", log, "--data-dir", "data");
  expect(lost.exitCode).toBe(2);
  expect(lost.stderr).toMatch(/toys\.mjs, which is not there any more[\s\S]*--plug-in/);
  const found = await cli("score", log, "--data-dir", "data", "--plug-in", "elsewhere.mjs", "--json");
  expect(found.exitCode).toBe(0);
  expect(JSON.parse(found.stdout)).toMatchObject({ failed: 0 });
});

it("prepare, list, grade and grade-sample take plug-ins", async () => {
  const toys = ["--plug-in", "toys.mjs"];
  expect((await cli("prepare", "-c", "toy-01", ...toys, "--raw-dir", "raw", "--data-dir", "data")).exitCode).toBe(0);
  expect((await cli("list", ...toys, "--json")).stdout).toContain('"toy-20"');
  const graded = await cli("grade-sample", "raw/all.csv", "toy-01", ...toys, "--data-dir", "data");
  expect(graded.exitCode).toBe(0);
  expect(JSON.parse(graded.stdout)).toMatchObject({ competition_id: "toy-01", score: 1 });
  await writeFile(
    join(directory, "submissions.jsonl"),
    `${JSON.stringify({ competition_id: "toy-01", submission_path: "raw/all.csv" })}\n`,
  );
  const upstream = ["--submission", "submissions.jsonl", "--output-dir", "out", "--data-dir", "data"];
  expect((await cli("grade", ...upstream, ...toys)).exitCode).toBe(0);
});
