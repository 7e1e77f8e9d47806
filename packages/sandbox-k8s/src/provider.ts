import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  type CleanupFilter,
  type ComposeSpec,
  ComposeSpecError,
  currentOwner,
  Limiter,
  mainService,
  type Sandbox,
  type SandboxProvider,
  SandboxStartError,
  sandboxPaths,
  serviceOrder,
  startTimeoutSeconds,
  type UpOptions,
} from "@mlebench/sandbox-compose";
import { apiFailure, type Cluster, callApi, openCluster } from "./api/cluster.js";
import { NoCapacityError } from "./errors.js";
import { removeLeftovers, removeSandbox } from "./life/cleanup.js";
import { ownershipMetadata, SERVICE_LABEL, sandboxName } from "./life/labels.js";
import { isWithoutNetwork, NetworkCheck, networkPolicy } from "./network.js";
import { type K8sProviderOptions, readSettings, type Settings } from "./options.js";
import { judge, unschedulable } from "./pod/judge.js";
import { podManifest, streamedMounts } from "./pod/manifest.js";
import { unsupported } from "./pod/unsupported.js";
import { PodWatcher } from "./pod/watcher.js";
import { K8sSandbox } from "./sandbox.js";

const UNSCHEDULABLE_SECONDS = 30;
const LOG_LINES = 20;

/**
 * Sandboxes as pods of a Kubernetes cluster (1.30 or newer).
 * @example
 * const provider = createK8sProvider({ data: "hostPath" });
 * await using sandbox = await provider.up(spec, { runId: "r1", name: "spaceship-titanic" });
 */
export function createK8sProvider(options: K8sProviderOptions = {}): SandboxProvider {
  const settings = readSettings(options);
  const limiter = new Limiter(settings.maxSandboxes);
  const live = new Set<Sandbox>();
  let opened: Cluster | undefined;
  const cluster = (): Cluster => {
    opened ??= openCluster(settings);
    return opened;
  };
  const check = new NetworkCheck(settings);
  return {
    name: "k8s",
    async up(spec, upOptions) {
      const { signal, onProgress } = upOptions;
      const startedAt = performance.now();
      const release = await limiter.acquire(signal, () => {
        onProgress?.({ type: "slot-wait", running: limiter.running, limit: limiter.limit });
      });
      try {
        const sandbox: Sandbox = await startSandbox(cluster(), settings, check, spec, upOptions, () => {
          live.delete(sandbox);
          release();
        });
        live.add(sandbox);
        onProgress?.({ type: "sandbox-up", id: sandbox.id, seconds: (performance.now() - startedAt) / 1000 });
        return sandbox;
      } catch (error) {
        release();
        throw error;
      }
    },
    cleanup: async (filter: CleanupFilter = {}) => removeLeftovers(cluster(), filter),
    async [Symbol.asyncDispose]() {
      await Promise.all([...live].map((sandbox) => sandbox[Symbol.asyncDispose]()));
    },
  };
}

async function startSandbox(
  cluster: Cluster,
  settings: Settings,
  check: NetworkCheck,
  spec: ComposeSpec,
  options: UpOptions,
  onGone: () => void,
): Promise<K8sSandbox> {
  const { signal, onProgress } = options;
  signal?.throwIfAborted();
  const main = mainService(spec, options.service);
  const { problems, warnings } = unsupported(spec, settings);
  if (problems.length > 0) throw new ComposeSpecError(problems);
  for (const message of warnings) onProgress?.({ type: "warning", message });
  const { namespace } = cluster;
  const id = sandboxName(options.name);
  const metadata = ownershipMetadata({ runId: options.runId, owner: currentOwner(), keep: options.keep ?? false }, id);
  const order = serviceOrder(spec);
  const several = order.length > 1;
  const podName = (service: string) =>
    service === main ? id : `${id}-${service.toLowerCase().replaceAll(/[^a-z0-9-]/g, "-")}`;
  const watcher = new PodWatcher(cluster, id);
  const remove = () => removeSandbox(cluster, id, several);
  let created = false;
  try {
    const deadline = performance.now() + (options.startTimeoutSeconds ?? startTimeoutSeconds(spec)) * 1000;
    const make = async <Value>(what: () => Promise<Value>) => {
      signal?.throwIfAborted();
      created = true;
      try {
        await callApi(what, signal);
      } catch (error) {
        const failure = apiFailure(error);
        // A create whose answer was lost is repeated and meets its own object.
        if (failure?.status === 409 && /already exists/.test(failure.message)) return;
        if (failure === undefined) throw error;
        if (/exceeded quota/.test(failure.message)) {
          throw new NoCapacityError(
            failure.message,
            "Wait until other pods end, lower maxSandboxes, or ask for more quota.",
            { cause: error },
          );
        }
        throw new SandboxStartError(`The cluster refused the sandbox: ${failure.message}`, {
          hint: "The message says what the API server or its admission rules refuse.",
          cause: error,
        });
      }
    };
    const policy = networkPolicy(spec, id, metadata, settings);
    if (policy !== undefined)
      await make(() => cluster.networking.createNamespacedNetworkPolicy({ namespace, body: policy }));
    watcher.start();
    for (const service of order) {
      for (const [other, { condition }] of Object.entries(spec.services[service]!.depends_on ?? {})) {
        if (condition !== "service_started")
          await untilUp(cluster, watcher, podName(other), other, condition, deadline, options);
      }
      const labels = { ...metadata.labels, [SERVICE_LABEL]: service };
      const body = podManifest(spec.services[service]!, {
        name: podName(service),
        service,
        main: service === main,
        metadata: { labels, annotations: metadata.annotations },
        settings,
      });
      await make(() => cluster.core.createNamespacedPod({ namespace, body }));
      if (several) {
        const selector = { ...labels };
        const headless = {
          metadata: { name: `${service}-${id}`.slice(0, 63), labels, annotations: metadata.annotations },
          spec: { clusterIP: "None", publishNotReadyAddresses: true, selector },
        };
        await make(() => cluster.core.createNamespacedService({ namespace, body: headless }));
      }
      onProgress?.({ type: "service-start", service, container: podName(service) });
    }
    for (const service of order) {
      await untilUp(
        cluster,
        watcher,
        podName(service),
        service,
        service === main ? "up" : "up-or-done",
        deadline,
        options,
      );
    }
    const isolated = isWithoutNetwork(spec, main);
    const sandbox = new K8sSandbox({
      cluster,
      id,
      pod: podName(main),
      paths: sandboxPaths(options.paths),
      user: spec.services[main]!.user,
      isolated,
      watcher,
      keep: options.keep ?? false,
      onProgress,
      remove,
      onGone,
    });
    await ready(sandbox, cluster, podName(main));
    if (isolated) await check.require(sandbox, cluster, watcher.pod(podName(main)), spec.services[main]!, onProgress);
    for (const mount of streamedMounts(spec.services[main]!, settings)) {
      await copyIn(sandbox, mount.source ?? "", mount.target, signal);
    }
    signal?.throwIfAborted();
    return sandbox;
  } catch (error) {
    watcher.close();
    if (created) {
      await remove().catch((failure: unknown) => {
        onProgress?.({
          type: "warning",
          message: `not removed: ${failure instanceof Error ? failure.message : String(failure)}`,
        });
      });
    }
    signal?.throwIfAborted();
    throw error;
  }
}

async function ready(sandbox: K8sSandbox, cluster: Cluster, pod: string): Promise<void> {
  try {
    await sandbox.start();
  } catch (error) {
    throw new SandboxStartError(
      `Commands cannot be run in ${sandbox.id}: ${error instanceof Error ? error.message : String(error)}.${await logsOf(cluster, pod)}`,
      { hint: "The image must have /bin/sh and coreutils, and the service's command must keep running.", cause: error },
    );
  }
}

type Condition = "up" | "up-or-done" | "service_healthy" | "service_completed_successfully";

function untilUp(
  cluster: Cluster,
  watcher: PodWatcher,
  pod: string,
  service: string,
  condition: Condition,
  deadline: number,
  { signal }: UpOptions,
): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    let unplacedSince: number | undefined;
    const finish = (error?: unknown) => {
      clearInterval(timer);
      off();
      signal?.removeEventListener("abort", onAbort);
      if (error === undefined) resolve();
      else reject(error);
    };
    const fail = (error: Error) => {
      clearInterval(timer);
      logsOf(cluster, pod).then((logs) => {
        if (logs !== "") error.message += logs;
        finish(error);
      });
    };
    const look = () => {
      const verdict = judge(watcher.pod(pod), service);
      const done = verdict === "done" && (condition === "up-or-done" || condition === "service_completed_successfully");
      const up = verdict === "up" && condition !== "service_completed_successfully";
      if (done || up) return finish();
      if (verdict === "done")
        return fail(new SandboxStartError(`Service ${service} did not come up: it ended with exit code 0.`));
      if (typeof verdict === "object") return fail(verdict);
      const unplaced = unschedulable(watcher.pod(pod), service);
      unplacedSince = unplaced === undefined ? undefined : (unplacedSince ?? performance.now());
      const waited = unplacedSince !== undefined && performance.now() - unplacedSince > UNSCHEDULABLE_SECONDS * 1000;
      if (unplaced !== undefined && (waited || performance.now() > deadline)) return finish(unplaced);
      if (performance.now() > deadline)
        fail(new SandboxStartError(`Service ${service} did not come up: it was not ready in time.`));
    };
    const onAbort = () => finish(signal?.reason);
    const off = watcher.onChange(look);
    const timer = setInterval(look, 1000);
    signal?.addEventListener("abort", onAbort, { once: true });
    if (signal?.aborted === true) onAbort();
    else look();
  });
}

async function logsOf(cluster: Cluster, name: string): Promise<string> {
  try {
    const log = await cluster.core.readNamespacedPodLog({ name, namespace: cluster.namespace, tailLines: LOG_LINES });
    return log.trim() === "" ? "" : ` Its last output: ${log.trim()}`;
  } catch {
    return "";
  }
}

/** Copies a file or folder in, readable for all and writable for root alone. */
async function copyIn(
  sandbox: Sandbox,
  source: string,
  target: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const names = await readdir(source, { recursive: true, withFileTypes: true });
  for (const entry of names) {
    signal?.throwIfAborted();
    const path = join(entry.parentPath, entry.name);
    const facts = await stat(path);
    if (facts.isFile())
      await sandbox.writeFile(join(target, path.slice(source.length)), createReadStream(path), { mode: 0o644, signal });
  }
  const user = sandbox.capabilities.users ? "0:0" : undefined;
  await sandbox.exec(["chmod", "-R", "u+w,go-w,a+rX", target], { user, signal });
}
