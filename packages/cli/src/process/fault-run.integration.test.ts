import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testRandom } from "@mlebench/base/testing";
import { startOpenAiServer } from "@mlebench/models/testing";
import { readEvalLog } from "@mlebench/runner";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runCli } from "../test-support/run-cli.js";

const PLUG_IN = new URL("../test-support/toy-plug-in.mjs", import.meta.url).href;
const COMPETITIONS = 20;
const EPOCHS = 2;
const KILLS = 5;

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "mlebench-fault-run-"));
  await writeFile(join(directory, "toys.mjs"), `export { default } from "${PLUG_IN}";\n`);
  await mkdir(join(directory, "raw"));
  await writeFile(join(directory, "raw", "all.csv"), "id,y\n1,0\n2,1\n");
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** A model that submits the sample submission, behind a server that fails in every way that retries are for. */
function startFaultyServer(delaySeconds: () => number) {
  return startOpenAiServer({
    replies: ({ index, body }) => {
      if (index % 23 === 7) return { status: 429, message: "slow down", headers: { "retry-after": "1" } };
      if (index % 41 === 11) return { status: 500, message: "the server stumbled" };
      const turn = (body["messages"] as { role: string }[]).filter(({ role }) => role === "assistant").length;
      const cut = { delaySeconds: delaySeconds(), ...(index % 47 === 20 ? { cutAt: 0.5 } : {}) };
      if (turn > 0) return { ...cut, toolCalls: [{ name: "submit", arguments: { answer: "done" } }] };
      const command = "cp data/sample_submission.csv submission/submission.csv";
      return { ...cut, toolCalls: [{ name: "bash", arguments: { command } }] };
    },
  });
}

/** The samples in a log as `id epoch`, read in full. */
async function samplesOf(log: string): Promise<string[]> {
  const { samples } = await readEvalLog(join(directory, log));
  return (samples ?? []).map(({ id, epoch }) => `${id} ${epoch}`).sort();
}

it("finishes 20 samples x 2 epochs under failures of the model's server and five kill -9", async () => {
  // Slow enough that five kills come before the end on any machine.
  let delaySeconds = 1;
  await using server = await startFaultyServer(() => delaySeconds);
  const ids = Array.from({ length: COMPETITIONS }, (_, index) => `toy-${String(index + 1).padStart(2, "0")}`);
  const common = ["--plug-in", "toys.mjs", "--raw-dir", "raw", "--display", "plain"];
  const fresh = [
    ...["run", "-c", ids.join(","), "--epochs", String(EPOCHS), "--sandbox-type", "local", "--data-dir", "data"],
    ...["--model", "openai-api/loop/toy", "--model-base-url", server.url, "--max-samples", "4"],
  ];
  const env = { LOOP_API_KEY: "key-of-the-loopback-server" };
  const random = testRandom("moments of kill -9");
  let log: string | undefined;
  let before: string[] = [];
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const { exitCode } = await runCli([...(log === undefined ? fresh : ["run", "--resume", log]), ...common], {
      cwd: directory,
      env,
      onChild: (child) => {
        // The first one after a sample has finished, the others at any moment, the start of the process included.
        let armed = kill > 1;
        const end = () => setTimeout(() => child.kill("SIGKILL"), 100 + random() * 1600);
        if (armed) end();
        child.stderr?.on("data", (chunk) => {
          if (armed || !String(chunk).includes("finished in")) return;
          armed = true;
          end();
        });
      },
    });
    expect(exitCode).toBeNull();
    const names = (await readdir(join(directory, "logs"))).filter((name) => name.endsWith(".eval"));
    expect(names).toHaveLength(1);
    log = join("logs", names[0]!);
    const now = await samplesOf(log);
    expect(new Set(now).size).toBe(now.length);
    expect(now).toEqual(expect.arrayContaining(before));
    before = now;
  }
  expect(before.length).toBeLessThan(COMPETITIONS * EPOCHS);

  delaySeconds = 0;
  const last = await runCli(["run", "--resume", log!, "--max-samples", "8", "--json", ...common], {
    cwd: directory,
    env,
  });
  expect(last.stderr).toContain(`${before.length} taken over from before`);
  expect(last.exitCode).toBe(0);
  expect(JSON.parse(last.stdout)).toMatchObject({ status: "success", total_samples: 40, finished_samples: 40 });
  const wanted = ids.flatMap((id) => Array.from({ length: EPOCHS }, (_, index) => `${id} ${index + 1}`));
  expect(await samplesOf(log!)).toEqual(wanted.sort());
  expect(server.requests.length).toBeGreaterThan(2 * COMPETITIONS * EPOCHS);
  const { results } = await readEvalLog(join(directory, log!), { header: true });
  expect(results).toMatchObject({ total_samples: 40, completed_samples: 40 });
}, 600_000);
