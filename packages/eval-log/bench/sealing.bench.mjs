// What sealing costs: the same samples of real size written with and without a key, in turns, and as a share of a sample
// that takes one minute, which is less than a real one takes.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEvalLog, openLogKey, readLogKeys, verifyEvalLog } from "@mlebench/eval-log";
import { exampleSample, exampleSpec } from "@mlebench/eval-log/testing";

const SAMPLES = 12;
const ROUNDS = 5;
const TURNS = 100;
const MINUTE = 60_000;

const directory = mkdtempSync(join(tmpdir(), "mlebench-bench-seal-"));
const env = { XDG_STATE_HOME: directory };
try {
  const key = await openLogKey({ env });
  const output = (turn) => `epoch ${turn} ${Math.sin(turn)} `.repeat(150);
  const samples = Array.from({ length: SAMPLES }, (_, index) =>
    exampleSample({ id: `sample-${index}`, turns: TURNS, commandOutput: output(index) }),
  );
  let path = "";
  const write = async (name, options) => {
    const writer = await createEvalLog({ directory, spec: exampleSpec({ task_id: name }), ...options });
    const start = performance.now();
    for (const sample of samples) await writer.addSample(sample);
    const milliseconds = (performance.now() - start) / SAMPLES;
    await writer.finish({ status: "success" });
    path = writer.path;
    return milliseconds;
  };
  const [bare, sealed] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    bare.push(await write(`bare${round}`, {}));
    sealed.push(await write(`sealed${round}`, { key }));
  }
  const [without, withKey] = [median(bare), median(sealed)];
  const added = withKey - without;
  console.log(`a sample of ${TURNS} turns: ${without.toFixed(1)} ms without seals, ${withKey.toFixed(1)} ms with them`);
  console.log(
    `ratio ${(withKey / without).toFixed(3)}; ${((100 * added) / MINUTE).toFixed(4)} % of a sample of one minute`,
  );
  const start = performance.now();
  const { status } = await verifyEvalLog(path, { keys: await readLogKeys({ env }) });
  console.log(`verifying: ${((performance.now() - start) / SAMPLES).toFixed(1)} ms a sample (${status})`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
