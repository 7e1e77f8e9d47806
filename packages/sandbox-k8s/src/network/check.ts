import { randomBytes } from "node:crypto";
import type { V1Pod } from "@kubernetes/client-node";
import { currentOwner, messageOf } from "@mlebench/base";
import { type ComposeSpec, parseComposeSpec, type ServiceSpec, type UpOptions } from "@mlebench/sandbox-compose";
import type { Cluster } from "../api/cluster.js";
import { NetworkNotIsolatedError } from "../errors.js";
import { removeSandbox } from "../life/cleanup.js";
import { createObject } from "../life/create-object.js";
import { labelValue, ownershipMetadata, SERVICE_LABEL, sandboxName } from "../life/labels.js";
import type { Settings } from "../options.js";
import { podManifest } from "../pod/manifest.js";
import { type Condition, untilUp } from "../pod/until-up.js";
import type { FollowedPods, PodWatcher } from "../pod/watcher.js";
import { readXK8s } from "../pod/x-k8s.js";
import { podName } from "../services/topology.js";
import { networkPolicy } from "./policy.js";
import { connectCommand, listenCommand, NO_TOOL, NOT_REACHED, REACHED } from "./probe-scripts.js";

const START_SECONDS = 300;
/** The pods of the check end by then, whatever happens. */
const LIFETIME_SECONDS = 600;
const TARGET = "target";
const CONTROL = "control";
const WALLED = "walled";

export interface NetworkCheckOptions {
  readonly cluster: Cluster;
  readonly orchestrator: string;
  readonly watcher: PodWatcher;
  readonly settings: Settings;
}

/** Who asks. */
export type CheckRequest = Pick<UpOptions, "runId" | "onProgress" | "signal">;

/**
 * Whether the cluster keeps sandboxes from the network, tried once for each runtime class. A pod listens; a second one,
 * without a policy, has to hear it, which shows that the trial works; a third one has the policy and runtime class of a
 * sandbox, and must not hear it.
 */
export class NetworkCheck {
  readonly #options: NetworkCheckOptions;
  readonly #verdicts = new Map<string, Promise<string | undefined>>();

  constructor(options: NetworkCheckOptions) {
    this.#options = options;
  }

  /** @throws NetworkNotIsolatedError, unless that is allowed */
  async require(service: ServiceSpec, request: CheckRequest): Promise<void> {
    if (this.#options.settings.allowUnenforcedNetworkPolicy) return;
    const runtimeClass = runtimeClassOf(service, this.#options.settings) ?? "";
    let verdict = this.#verdicts.get(runtimeClass);
    if (verdict === undefined) {
      verdict = tryNetwork(service, this.#options, request);
      this.#verdicts.set(runtimeClass, verdict);
      verdict.catch(() => this.#verdicts.delete(runtimeClass));
    }
    let facts: string | undefined;
    try {
      facts = await verdict;
    } catch (error) {
      request.signal?.throwIfAborted();
      // Whoever started it gave up; that says nothing of the network.
      if (error instanceof CheckAbortedError && error.signal !== request.signal) return this.require(service, request);
      throw error;
    }
    if (facts !== undefined) throw new NetworkNotIsolatedError(facts);
  }
}

class CheckAbortedError extends Error {
  constructor(readonly signal: AbortSignal) {
    super("The check of the network was aborted.", { cause: signal.reason });
  }
}

async function tryNetwork(
  service: ServiceSpec,
  { cluster, orchestrator, watcher, settings }: NetworkCheckOptions,
  { runId, signal, onProgress }: CheckRequest,
): Promise<string | undefined> {
  const id = sandboxName("network-check");
  const metadata = ownershipMetadata({ runId, owner: currentOwner(), keep: false }, id, orchestrator);
  const { namespace, core, networking } = cluster;
  const pods = watcher.follow(id);
  const word = randomBytes(8).toString("hex");
  const nameOf = (role: string) => podName(id, role, "");
  const { patienceSeconds } = settings;
  const start = async (role: string, command: readonly string[]) => {
    const spec = checkSpec(service, settings, role, command);
    const labels = { ...metadata.labels, [SERVICE_LABEL]: labelValue(role) };
    const context = {
      name: nameOf(role),
      metadata: { ...metadata, labels },
      settings: { ...settings, runtimeClassName: undefined, maxLifetimeSeconds: LIFETIME_SECONDS },
    };
    const make = (create: () => Promise<unknown>) => createObject(create, { patienceSeconds, signal });
    if (role === WALLED) {
      const policy = networkPolicy(spec, role, { ...context, sandbox: id });
      await make(() => networking.createNamespacedNetworkPolicy({ namespace, body: policy }));
    }
    const pod = { ...context, service: role, main: true, isolated: true, hostAliases: [] };
    await make(() => core.createNamespacedPod({ namespace, body: podManifest(spec.services[role]!, pod) }));
  };
  const until = (role: string, condition: Condition) =>
    untilUp({
      cluster,
      pods,
      pod: nameOf(role),
      service: `${role} (of the network check)`,
      condition,
      startSeconds: START_SECONDS,
      patienceSeconds,
      signal,
    });
  onProgress?.({ type: "warning", message: "network: trying whether the cluster keeps pods from it" });
  try {
    await start(TARGET, listenCommand(word));
    await until(TARGET, "addressed");
    const address = addressOf(pods.pod(nameOf(TARGET)));
    if (address === undefined) return inconclusive("its listening pod ended");
    await Promise.all([
      start(CONTROL, connectCommand(word, address, "reached")),
      start(WALLED, connectCommand(word, address, "not-reached")),
    ]);
    await Promise.all([until(CONTROL, "addressed"), until(WALLED, "addressed")]);
    const [control, walled] = await Promise.all([
      exitCode(pods, nameOf(CONTROL), signal),
      exitCode(pods, nameOf(WALLED), signal),
    ]);
    return judgeCodes(control, walled, service.image ?? "");
  } catch (error) {
    if (signal?.aborted === true) throw new CheckAbortedError(signal);
    throw error;
  } finally {
    pods.close();
    await removeSandbox(cluster, id).catch((failure: unknown) => {
      onProgress?.({ type: "warning", message: `not removed: ${messageOf(failure)}` });
    });
  }
}

/** Why the network is not known to be closed; undefined when it is. */
export function judgeCodes(control: number | undefined, walled: number | undefined, image: string): string | undefined {
  if (control === NO_TOOL || walled === NO_TOOL) return inconclusive(`${image} has neither perl nor python3`);
  if (control !== REACHED) {
    return inconclusive(
      control === NOT_REACHED
        ? "a pod without any policy could not reach another one either"
        : `the pod that tries ended with exit code ${control ?? "unknown"}`,
    );
  }
  if (walled === REACHED)
    return "The cluster does not enforce NetworkPolicy: a pod that is denied all reached another one.";
  if (walled !== NOT_REACHED) return inconclusive(`the pod that tries ended with exit code ${walled ?? "unknown"}`);
  return undefined;
}

function inconclusive(why: string): string {
  return `Whether the cluster keeps pods from the network could not be tried: ${why}.`;
}

function checkSpec(service: ServiceSpec, settings: Settings, role: string, command: readonly string[]): ComposeSpec {
  const { runtime_class_name: _, ...placement } = readXK8s(service).value;
  return parseComposeSpec({
    services: {
      [role]: {
        image: service.image,
        pull_policy: service.pull_policy,
        platform: service.platform,
        "x-k8s": placement,
        entrypoint: command,
        network_mode: "none",
        runtime: role === WALLED ? runtimeClassOf(service, settings) : undefined,
        cpus: 0.1,
        mem_limit: "64m",
      },
    },
  });
}

function runtimeClassOf(service: ServiceSpec, settings: Settings): string | undefined {
  return service.runtime ?? readXK8s(service).value.runtime_class_name ?? settings.runtimeClassName;
}

function addressOf(pod: V1Pod | "deleted" | undefined): string | undefined {
  return pod === "deleted" ? undefined : pod?.status?.podIP;
}

/**
 * How a pod of the check ended; undefined when it was deleted, or has not ended by the time that its node should have seen
 * to that.
 */
export async function exitCode(
  pods: FollowedPods,
  name: string,
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  const code = await new Promise<number | "gone">((resolve) => {
    let late = false;
    const look = () => {
      const pod = pods.pod(name);
      const ended = pod === "deleted" ? undefined : pod?.status?.containerStatuses?.[0]?.state?.terminated;
      const isOver = pod === "deleted" || pod?.status?.phase === "Failed" || signal?.aborted === true || late;
      if (ended === undefined && !isOver) return;
      clearTimeout(timer);
      off();
      signal?.removeEventListener("abort", look);
      resolve(ended?.exitCode ?? "gone");
    };
    const timer = setTimeout(() => {
      late = true;
      look();
    }, LIFETIME_SECONDS * 1000);
    const off = pods.onChange(look);
    signal?.addEventListener("abort", look, { once: true });
    look();
  });
  signal?.throwIfAborted();
  return code === "gone" ? undefined : code;
}
