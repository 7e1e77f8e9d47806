// What a command costs in a sandbox, against `kubectl exec` in the same pod: nothing that runs, and 16 MiB of output.
// KUBECONFIG names the cluster, MLEBENCH_TEST_IMAGE an image that it has, KUBECTL the program.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { parseComposeSpec } from "@mlebench/sandbox-compose";
import { createK8sProvider } from "@mlebench/sandbox-k8s";

const run = promisify(execFile);
const KUBECTL = process.env.KUBECTL ?? "kubectl";
const IMAGE = process.env.MLEBENCH_TEST_IMAGE ?? "mlebench-base:bookworm";
const TIMES = 30;
const LARGE = ["sh", "-c", "head -c 16777216 /dev/zero"];
const MAX_BYTES = 2 ** 25;

const provider = createK8sProvider({
  imagePullPolicy: process.env.MLEBENCH_K8S_IMAGE_PULL_POLICY ?? "Never",
  allowUnenforcedNetworkPolicy: true,
});
const sandbox = await provider.up(parseComposeSpec({ services: { default: { image: IMAGE } } }), {
  runId: "bench",
  name: "bench",
});
try {
  const [, , , , namespace, pod] = sandbox.connection().split(" ");
  const kubectl = (command) =>
    run(KUBECTL, ["exec", "-n", namespace, pod, "--", ...command], { maxBuffer: MAX_BYTES, encoding: "buffer" });
  const ours = (command) => sandbox.exec(command, { maxOutputBytes: MAX_BYTES });
  await compare("true", TIMES, ["true"], ours, kubectl);
  await compare("16 MiB of output", 3, LARGE, ours, kubectl);
} finally {
  await provider[Symbol.asyncDispose]();
}

async function compare(what, times, command, ours, kubectl) {
  const [own, theirs] = [[], []];
  // By turns, so that a busy moment of the machine meets both.
  for (let time = 0; time < times; time += 1) {
    own.push(await millisecondsOf(() => ours(command)));
    theirs.push(await millisecondsOf(() => kubectl(command)));
  }
  const [a, b] = [median(own), median(theirs)];
  console.log(
    `${what}: ${a.toFixed(0)} ms, kubectl exec ${b.toFixed(0)} ms, ratio ${(a / b).toFixed(2)} (median of ${times})`,
  );
}

async function millisecondsOf(work) {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

function median(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
