import { PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import {
  GpuUnavailableError,
  ImageMissingError,
  parseComposeSpec,
  type SandboxEvent,
  type SandboxProvider,
  SandboxStartError,
  type ServiceInput,
} from "@mlebench/sandbox-compose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ClusterUnavailableError, NoCapacityError } from "./errors.js";
import type { K8sProviderOptions } from "./options.js";
import { createK8sProvider } from "./provider.js";
import { clusterTestProblem, TEST_IMAGE } from "./test-support/cluster.js";
import { eventually, type FaultCluster, openFaultCluster } from "./test-support/fault-cluster.js";

const problem = clusterTestProblem();

describe.skipIf(problem !== undefined)(`starts that cannot succeed on a cluster ${problem ?? ""}`, () => {
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

  const providerWith = (options: K8sProviderOptions = {}): SandboxProvider => {
    const provider = createK8sProvider({
      namespace: cluster.namespace,
      imagePullPolicy: "Never",
      runtimeClassName: "isolated",
      allowUnenforcedNetworkPolicy: true,
      patienceSeconds: 0,
      ...options,
    });
    providers.push(provider);
    return provider;
  };
  const failure = async (service: ServiceInput, options?: K8sProviderOptions): Promise<unknown> => {
    const spec = parseComposeSpec({ services: { default: { image: TEST_IMAGE, ...service } } });
    return providerWith(options)
      .up(spec, { runId: "start-faults", name: "fault" })
      .then(
        () => "it started",
        (error: unknown) => error,
      );
  };

  it("names an image that no node has", async () => {
    const error = await failure({ image: "mlebench-nowhere:1" });
    expect(error).toBeInstanceOf(ImageMissingError);
    expect(error).toMatchObject({ message: expect.stringMatching(/mlebench-nowhere:1.*ErrImageNeverPull/) });
  });

  it("names an image whose name is none", async () => {
    expect(await failure({ image: "Not//An:Image:Name" })).toMatchObject({
      code: "IMAGE_MISSING",
      message: expect.stringContaining("InvalidImageName"),
    });
  });

  it("waits for a registry that does not answer, and then says what the kubelet says", async () => {
    const error = await failure({ image: "127.0.0.1:1/nothing:1" }, { imagePullPolicy: "IfNotPresent" });
    expect(error).toMatchObject({
      code: "IMAGE_MISSING",
      message: expect.stringMatching(/(?:ErrImagePull|ImagePullBackOff).*127\.0\.0\.1:1/s),
    });
  });

  it("tells what the scheduler misses when no node is large enough", async () => {
    const error = await failure({ cpus: 1000 });
    expect(error).toBeInstanceOf(NoCapacityError);
    expect(error).toMatchObject({ message: expect.stringContaining("Insufficient cpu") });
  });

  it("tells apart that there are no GPUs", async () => {
    const devices = [{ driver: "nvidia", count: 1, capabilities: ["gpu"] }];
    const error = await failure({ deploy: { resources: { reservations: { devices } } } });
    expect(error).toBeInstanceOf(GpuUnavailableError);
    expect(error).toMatchObject({ message: expect.stringContaining("Insufficient nvidia.com/gpu") });
  });

  it("waits for quota, and fails when none is freed in time", async () => {
    const { core, namespace } = cluster;
    const limit = (name: string, pods: string) =>
      core.createNamespacedResourceQuota({ namespace, body: { metadata: { name }, spec: { hard: { pods } } } });
    await limit("none", "0");
    // Admission hears of a new quota a moment later.
    const containers = [{ name: "main", image: TEST_IMAGE }];
    const trial = { metadata: { name: "trial" }, spec: { containers } };
    await eventually(() =>
      core.createNamespacedPod({ namespace, body: trial, dryRun: "All" }).then(
        () => false,
        (error: unknown) => String(error).includes("exceeded quota"),
      ),
    );
    const heard: SandboxEvent[] = [];
    try {
      expect(await failure({})).toBeInstanceOf(NoCapacityError);
      const spec = parseComposeSpec({ services: { default: { image: TEST_IMAGE } } });
      let freed: Promise<unknown> | undefined;
      await using sandbox = await providerWith({ patienceSeconds: 600 }).up(spec, {
        runId: "start-faults",
        name: "quota",
        onProgress(event) {
          heard.push(event);
          if (event.type === "warning" && event.message.includes("quota"))
            freed = core.deleteNamespacedResourceQuota({ name: "none", namespace });
        },
      });
      await freed;
      expect((await sandbox.exec(["echo", "in"])).stdout).toBe("in\n");
    } finally {
      await core.deleteNamespacedResourceQuota({ name: "none", namespace }).catch(() => undefined);
    }
    expect(heard.filter(({ type }) => type === "warning")).toHaveLength(1);
  });

  it("says what admission refuses, without suspecting the role", async () => {
    expect(await failure({}, { runtimeClassName: "of-no-cluster" })).toMatchObject({
      code: "SANDBOX_START_FAILED",
      message: expect.stringContaining("of-no-cluster"),
    });
  });

  it("shows the last output of a service that ends at once", async () => {
    const error = await failure({ entrypoint: ["sh", "-c", "echo the disk is missing; exit 3"] });
    expect(error).toBeInstanceOf(SandboxStartError);
    expect(error).toMatchObject({ message: expect.stringMatching(/exit code 3.*the disk is missing/s) });
  });

  it("says that a program does not exist", async () => {
    expect(await failure({ entrypoint: ["/of/no/image"] })).toMatchObject({
      code: "SANDBOX_START_FAILED",
      message: expect.stringContaining("/of/no/image"),
    });
  });

  it("gives up on a service that never gets healthy, with the reason", async () => {
    const healthcheck = { test: ["CMD", "false"], interval: "1s", timeout: "1s", retries: 1 };
    expect(await failure({ healthcheck })).toMatchObject({ code: "SANDBOX_START_FAILED" });
  });

  it("leaves nothing of a start that is aborted while it waits", async () => {
    const controller = new AbortController();
    const spec = parseComposeSpec({ services: { default: { image: TEST_IMAGE, cpus: 1000 } } });
    const starting = providerWith({ patienceSeconds: 600 }).up(spec, {
      runId: "start-faults",
      name: "abort",
      signal: controller.signal,
      onProgress: ({ type }) => type === "warning" && controller.abort(new Error("enough")),
    });
    await expect(starting).rejects.toThrow("enough");
    expect(await cluster.pods()).toEqual([]);
  });

  it("names the namespace that does not exist", async () => {
    expect(await failure({}, { namespace: "of-no-cluster" })).toMatchObject({
      code: "SANDBOX_START_FAILED",
      message: expect.stringContaining("of-no-cluster"),
      hint: expect.stringContaining("MLEBENCH_K8S_NAMESPACE"),
    });
  });

  it("says what Pod Security the namespace needs", async () => {
    const { core, namespace } = cluster;
    const label = "pod-security.kubernetes.io/enforce";
    const enforce = (level: string | null) =>
      core.patchNamespace(
        { name: namespace, body: { metadata: { labels: { [label]: level } } } },
        setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
      );
    await enforce("restricted");
    try {
      expect(await failure({})).toMatchObject({
        message: expect.stringContaining('violates PodSecurity "restricted'),
        hint: expect.stringContaining("baseline"),
      });
    } finally {
      await enforce(null);
    }
  });

  it("says that the cluster does not know the account, with the next step", async () => {
    const kubeconfig = await cluster.kubeconfigWithToken("expired");
    expect(await failure({}, { kubeconfig })).toMatchObject({
      code: "K8S_UNAVAILABLE",
      message: expect.stringContaining("401"),
      hint: expect.stringContaining("credentials"),
    });
  });

  it("does not wait for a server that it will never trust", async () => {
    const kubeconfig = await cluster.kubeconfigWithoutAuthority();
    expect(await failure({}, { kubeconfig })).toMatchObject({
      code: "K8S_UNAVAILABLE",
      message: expect.stringMatching(/certificate/),
    });
  });

  it("says that no cluster is configured", async () => {
    expect(await failure({}, { kubeconfig: "/of/no/machine" })).toBeInstanceOf(ClusterUnavailableError);
  });
});
