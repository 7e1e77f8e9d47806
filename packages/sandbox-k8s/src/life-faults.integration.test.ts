import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseComposeSpec, type Sandbox, type SandboxProvider, type ServiceInput } from "@mlebench/sandbox-compose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PodUnavailableError } from "./errors.js";
import type { K8sProviderOptions } from "./options.js";
import { createK8sProvider } from "./provider.js";
import { clusterTestProblem, TEST_IMAGE } from "./test-support/cluster.js";
import { eventually, type FaultCluster, openFaultCluster } from "./test-support/fault-cluster.js";
import { ownApiServer, secondApiServer } from "./test-support/second-api-server.js";
import { startTcpProxy } from "./test-support/tcp-proxy.js";

const problem = clusterTestProblem();
const own = problem === undefined ? ownApiServer() : undefined;
const HOG = "my @all; push @all, 'x' x 1000000 while 1";

describe.skipIf(problem !== undefined)(`what accidents do to sandboxes that are up ${problem ?? ""}`, () => {
  let cluster: FaultCluster;
  const providers: SandboxProvider[] = [];
  beforeAll(async () => {
    cluster = await openFaultCluster();
  });
  afterAll(async () => {
    if (cluster === undefined) return;
    for (const provider of providers) await provider[Symbol.asyncDispose]();
    expect((await cluster.pods()).map(({ metadata }) => metadata?.name)).toEqual([]);
    await cluster[Symbol.asyncDispose]();
  });

  const up = (service: ServiceInput = {}, options: K8sProviderOptions = {}): Promise<Sandbox> => {
    const provider = createK8sProvider({
      namespace: cluster.namespace,
      imagePullPolicy: "Never",
      runtimeClassName: "isolated",
      allowUnenforcedNetworkPolicy: true,
      ...options,
    });
    providers.push(provider);
    const spec = parseComposeSpec({ services: { default: { image: TEST_IMAGE, ...service } } });
    return provider.up(spec, { runId: "life-faults", name: "fault" });
  };
  /** A command that says when it runs, and never ends by itself. */
  const endless = async (sandbox: Sandbox): Promise<{ readonly loss: Promise<PodUnavailableError> }> => {
    const ended = sandbox.exec(["sh", "-c", "touch /tmp/runs; sleep 3599"]).then(
      ({ exitCode }) => expect.unreachable(`it ended with ${exitCode}`),
      (error: unknown) => {
        expect(error).toBeInstanceOf(PodUnavailableError);
        return error as PodUnavailableError;
      },
    );
    await eventually(async () => (await sandbox.exec(["test", "-e", "/tmp/runs"])).exitCode === 0);
    return { loss: ended };
  };
  const nextCommand = (sandbox: Sandbox): Promise<unknown> => sandbox.exec(["true"]).catch((error: unknown) => error);

  it("tells a pod that somebody deleted from one that broke", async () => {
    await using sandbox = await up();
    const { loss } = await endless(sandbox);
    await cluster.core.deleteNamespacedPod({
      name: sandbox.id,
      namespace: cluster.namespace,
      gracePeriodSeconds: 0,
    });
    expect(["removed", "stopped"]).toContain((await loss).reason);
    expect(await nextCommand(sandbox)).toMatchObject({ reason: "removed" });
  });

  it("says that the container ended when root kills everything in it", async () => {
    await using sandbox = await up();
    const { loss } = await endless(sandbox);
    await sandbox.exec(["sh", "-c", "kill -s KILL -- -1"]).catch(() => undefined);
    expect(await loss).toMatchObject({ reason: "stopped", message: expect.stringContaining("exit code 137") });
  });

  it("tells a command killed for want of memory, and goes on", async () => {
    await using sandbox = await up({ mem_limit: "100m" });
    const result = await sandbox.exec(["perl", "-e", HOG]).catch((error: unknown) => error);
    // Where the kernel ends the whole container (cgroup v2), the pod is what ran out of memory.
    if (result instanceof PodUnavailableError) expect(result.reason).toBe("out-of-memory");
    else expect(result).toMatchObject({ exitCode: 137, outOfMemory: true });
  });

  it("says so when the container itself ran out of memory", async () => {
    await using sandbox = await up({
      mem_limit: "100m",
      entrypoint: ["sh", "-c", `until [ -e /tmp/runs ]; do sleep 0.1; done; exec perl -e "${HOG}"`],
    });
    const loss = sandbox.exec(["sh", "-c", "touch /tmp/runs; sleep 3600"]).catch((error: unknown) => error);
    expect(await loss).toMatchObject({ reason: "out-of-memory" });
    expect(await nextCommand(sandbox)).toMatchObject({ reason: "out-of-memory" });
  });

  it("names the limit when the kubelet evicts a pod for its disk", async () => {
    await using sandbox = await up({ storage_opt: { size: "20m" } });
    const { loss } = await endless(sandbox);
    await sandbox.exec(["sh", "-c", "head -c 60000000 /dev/zero >/tmp/large"]).catch(() => undefined);
    expect(await loss).toMatchObject({
      reason: "disk",
      message: expect.stringMatching(/Evicted.*ephemeral/s),
      hint: expect.stringContaining("storage_opt.size"),
    });
  });

  it("gives a pod up whose node is no longer heard of", async () => {
    await using sandbox = await up();
    const { loss } = await endless(sandbox);
    // What the node controller does 50 s after a node's last word; the kubelet, which lives, sets it right later.
    const { core, namespace } = cluster;
    await eventually(async () => {
      const pod = await core.readNamespacedPodStatus({ name: sandbox.id, namespace });
      for (const condition of pod.status?.conditions ?? []) if (condition.type === "Ready") condition.status = "False";
      return core.replaceNamespacedPodStatus({ name: sandbox.id, namespace, body: pod });
    });
    expect((await loss).message).toMatch(/is no longer heard of|connection to the API server was lost/);
  });

  it("ends a command whose connection is cut, and goes on with a new one", async () => {
    await using proxy = await startTcpProxy(cluster.server);
    await using sandbox = await up({}, { kubeconfig: await cluster.kubeconfigFor(proxy.port) });
    const { loss } = await endless(sandbox);
    proxy.cut();
    expect(await loss).toMatchObject({ reason: "daemon" });
    // The command goes with its connection: nothing runs that nobody reads.
    const left = await sandbox.exec(["sh", "-c", "grep -l '[3]599' /proc/[0-9]*/cmdline"]);
    expect(left.stdout).toBe("");
  });

  it("copies nothing out when the connection is cut under it", async () => {
    await using proxy = await startTcpProxy(cluster.server);
    await using sandbox = await up({}, { kubeconfig: await cluster.kubeconfigFor(proxy.port) });
    // More than can be through before the cut.
    await sandbox.exec(["truncate", "-s", "9G", "/tmp/large"]);
    const target = join(await mkdtemp(join(tmpdir(), "k8s-copy-")), "large");
    const copying = sandbox.copyOut("/tmp/large", target).catch((error: unknown) => error);
    await eventually(
      async () => (await sandbox.exec(["sh", "-c", "grep -l '[s]ort=name' /proc/[0-9]*/cmdline"])).stdout !== "",
    );
    proxy.cut();
    expect(await copying).toMatchObject({ reason: "daemon" });
    expect(await readdir(dirname(target))).toEqual([]);
    await rm(dirname(target), { recursive: true });
  });

  it("notices a connection that is dead without a word", async () => {
    await using proxy = await startTcpProxy(cluster.server);
    const kubeconfig = await cluster.kubeconfigFor(proxy.port);
    await using sandbox = await up({}, { kubeconfig, heartbeatSeconds: 2 });
    const { loss } = await endless(sandbox);
    proxy.freeze();
    expect(await loss).toMatchObject({ reason: "daemon" });
    expect((await sandbox.exec(["echo", "again"])).stdout).toBe("again\n");
  });

  it("waits out an API server that is away between two commands", async () => {
    await using proxy = await startTcpProxy(cluster.server);
    await using sandbox = await up({}, { kubeconfig: await cluster.kubeconfigFor(proxy.port) });
    await proxy.unplug();
    const next = sandbox.exec(["echo", "later"]);
    const refused = await Promise.race([next, new Promise((resolve) => setTimeout(resolve, 1000, "waits"))]);
    expect(refused).toBe("waits");
    await proxy.mend();
    expect((await next).stdout).toBe("later\n");
  });

  it("keeps a pod whose connections were cut from ending as an orphan", async () => {
    await using proxy = await startTcpProxy(cluster.server);
    await using sandbox = await up({}, { kubeconfig: await cluster.kubeconfigFor(proxy.port), orphanSeconds: 3600 });
    const reaper = async () => (await sandbox.exec(["cat", "/run/sandbox-reaper.pid"])).stdout;
    const first = await reaper();
    proxy.cut();
    await eventually(async () => (await reaper()) !== first);
  });

  it.skipIf(own === undefined)(
    `survives a kill -9 of the API server under a command and between commands${own === undefined ? " (the API server is no process of this machine)" : ""}`,
    async () => {
      await using server = secondApiServer(own ?? []);
      const kubeconfig = await cluster.kubeconfigFor(server.port);
      await server.start(kubeconfig);
      await using sandbox = await up({}, { kubeconfig });
      const { loss } = await endless(sandbox);
      await server.kill();
      const next = server.start(kubeconfig);
      expect(await loss).toMatchObject({ reason: "daemon" });
      expect((await sandbox.exec(["echo", "well"])).stdout).toBe("well\n");
      await next;
      await server.kill();
      const later = sandbox.exec(["echo", "again"]);
      await server.start(kubeconfig);
      expect((await later).stdout).toBe("again\n");
      await sandbox[Symbol.asyncDispose]();
    },
    180_000,
  );
});
