import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { parseComposeSpec } from "@mlebench/sandbox-compose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openCluster } from "./api/cluster.js";
import { removeLeftovers } from "./life/cleanup.js";
import { ownershipMetadata } from "./life/labels.js";
import { readSettings } from "./options.js";
import { createK8sProvider } from "./provider.js";
import { clusterTestProblem, TEST_IMAGE } from "./test-support/cluster.js";
import { eventually, type FaultCluster, openFaultCluster } from "./test-support/fault-cluster.js";

const problem = clusterTestProblem();
const BUILT = fileURLToPath(new URL("../dist/index.js", import.meta.url));
const SPEC = { services: { default: { image: TEST_IMAGE, network_mode: "none" } } };
const TEN_MINUTES_MS = 600_000;

describe.skipIf(problem !== undefined)(`what dead programs leave on a cluster ${problem ?? ""}`, () => {
  let cluster: FaultCluster;
  beforeAll(async () => {
    cluster = await openFaultCluster();
  });
  afterAll(() => cluster?.[Symbol.asyncDispose]());

  const options = (own: { readonly orphanSeconds?: number } = {}) => ({
    namespace: cluster.namespace,
    imagePullPolicy: "Never" as const,
    runtimeClassName: "isolated",
    allowUnenforcedNetworkPolicy: true,
    ...own,
  });
  /** Starts a sandbox in a process of its own, and resolves when it is up. */
  const startElsewhere = async (runId: string, own: { readonly orphanSeconds?: number } = {}) => {
    const program = `
      import { createK8sProvider } from ${JSON.stringify(BUILT)};
      import { disposeOnSignal, parseComposeSpec } from "@mlebench/sandbox-compose";
      const provider = createK8sProvider(${JSON.stringify(options(own))});
      disposeOnSignal(provider);
      const sandbox = await provider.up(parseComposeSpec(${JSON.stringify(SPEC)}), { runId: "${runId}", name: "orphan" });
      console.log(sandbox.id);
      await sandbox.exec(["sleep", "3600"]).catch(() => undefined);
      await new Promise(() => setInterval(() => undefined, 1000));`;
    const child: ChildProcessWithoutNullStreams = spawn(
      process.execPath,
      ["--input-type=module", "-e", program],
      // Modules are found from here.
      { cwd: fileURLToPath(new URL("..", import.meta.url)) },
    );
    child.stderr.pipe(process.stderr);
    const [id] = await once(child.stdout.setEncoding("utf8"), "data");
    return { child, id: String(id).trim() };
  };

  it("ends pods of a program that was killed, and the next clean-up removes them and nobody else's", async () => {
    await using provider = createK8sProvider(options());
    await using living = await provider.up(parseComposeSpec(SPEC), { runId: "living", name: "living" });
    const { child, id } = await startElsewhere("killed", { orphanSeconds: 2 });
    expect((await provider.cleanup()).left).toEqual(
      expect.arrayContaining([{ kind: "container", name: id, runId: "killed", reason: "owner-alive" }]),
    );
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
    // Nobody has to come for that: the pod holds no resources of the cluster any more.
    await eventually(async () => /Failed|Succeeded/.test((await cluster.pod(id))?.status?.phase ?? ""));
    const report = await provider.cleanup();
    expect(report.removed).toEqual([
      { kind: "container", name: id, runId: "killed" },
      { kind: "network", name: expect.stringContaining(id), runId: "killed" },
    ]);
    expect(report.left.map(({ runId, reason }) => [runId, reason])).toEqual([
      ["living", "owner-alive"],
      ["living", "owner-alive"],
    ]);
    expect((await living.exec(["echo", "alive"])).stdout).toBe("alive\n");
  });

  it.each(["SIGINT", "SIGTERM"] as const)("leaves nothing when the program gets %s", async (signal) => {
    const { child, id } = await startElsewhere(signal);
    const exited = once(child, "exit");
    child.kill(signal);
    expect(await exited).toEqual([signal === "SIGINT" ? 130 : 143, null]);
    expect(await cluster.pod(id)).toBeUndefined();
  });

  it("goes with the pod that the program runs in, where its manifest names that", async () => {
    const { namespace, core } = cluster;
    const { metadata } = await core.createNamespacedPod({
      namespace,
      body: {
        metadata: { name: "orchestrator" },
        spec: { containers: [{ name: "main", image: TEST_IMAGE, imagePullPolicy: "Never", command: ["sleep", "60"] }] },
      },
    });
    const env = { MLEBENCH_K8S_OWNER_POD: "orchestrator", MLEBENCH_K8S_OWNER_UID: metadata?.uid };
    await using provider = createK8sProvider({ ...options(), env });
    const sandbox = await provider.up(parseComposeSpec(SPEC), { runId: "owned", name: "owned" });
    await core.deleteNamespacedPod({ name: "orchestrator", namespace, gracePeriodSeconds: 0 });
    await eventually(async () => (await cluster.pod(sandbox.id)) === undefined);
  });

  it("removes an ended pod of another machine only when it has been over for long", async () => {
    const owner = { host: "another-machine", pid: 1, startTime: "", pidNamespace: "" };
    const make = (name: string, command: string[]) =>
      cluster.core.createNamespacedPod({
        namespace: cluster.namespace,
        body: {
          metadata: { name, ...ownershipMetadata({ runId: "other", owner, keep: false }, name, "other") },
          spec: {
            restartPolicy: "Never",
            containers: [{ name: "main", image: TEST_IMAGE, imagePullPolicy: "Never", command }],
          },
        },
      });
    await make("running", ["sleep", "3600"]);
    await make("ended", ["true"]);
    await eventually(async () => (await cluster.pod("ended"))?.status?.phase === "Succeeded");
    await eventually(async () => (await cluster.pod("running"))?.status?.phase === "Running");
    const opened = openCluster(readSettings({ namespace: cluster.namespace }));
    const now = await removeLeftovers(opened, {}, Date.now() + TEN_MINUTES_MS);
    expect(now.removed).toEqual([]);
    expect(now.left.map(({ reason }) => reason)).toEqual(["other-host", "other-host"]);
    const later = await removeLeftovers(opened, {}, Date.now() + 12 * TEN_MINUTES_MS);
    expect(later.removed.map(({ name }) => name)).toEqual(["ended"]);
    expect((await removeLeftovers(opened, { includeOtherHosts: true })).removed.map(({ name }) => name)).toEqual([
      "running",
    ]);
  });
});
