import { currentOwner, messageOf, sleep } from "@mlebench/base";
import {
  type CleanupFilter,
  type ComposeSpec,
  ComposeSpecError,
  mainService,
  SandboxError,
  type SandboxProvider,
  SandboxStartError,
  type UpOptions,
} from "@mlebench/sandbox-compose";
import {
  checkHostAccess,
  LiveSandboxes,
  sandboxPaths,
  startTimeoutSeconds,
} from "@mlebench/sandbox-compose/provider-kit";
import { type Cluster, openCluster } from "./api/cluster.js";
import { copyIn, requireClaimed } from "./data/binds.js";
import { diagnose } from "./doctor/diagnose.js";
import { removeLeftovers, removeSandbox } from "./life/cleanup.js";
import { createObject } from "./life/create-object.js";
import { newOrchestratorId, ownershipMetadata, sandboxName } from "./life/labels.js";
import { NetworkCheck } from "./network/check.js";
import { type K8sProviderOptions, readSettings, type Settings } from "./options.js";
import { podLoss } from "./pod/pod-loss.js";
import { streamedMounts } from "./pod/storage.js";
import { unsupported } from "./pod/unsupported.js";
import { type Condition, lastWords, untilUp } from "./pod/until-up.js";
import { PodWatcher } from "./pod/watcher.js";
import { K8sSandbox } from "./sandbox.js";
import { HeadlessServices } from "./services/headless-services.js";
import { startServices } from "./services/start-services.js";
import { isWithoutNetwork, podName } from "./services/topology.js";

const END_LOOKS = 20;
const END_LOOK_MS = 250;

/**
 * Sandboxes as pods of a Kubernetes cluster (1.30 or newer).
 * @example
 * const provider = createK8sProvider({ data: "hostPath" });
 * await using sandbox = await provider.up(spec, { runId: "r1", name: "spaceship-titanic" });
 */
export function createK8sProvider(options: K8sProviderOptions = {}): SandboxProvider {
  const settings = readSettings(options);
  const sandboxes = new LiveSandboxes(settings.maxSandboxes);
  let opened: Orchestrator | undefined;
  const orchestrator = (): Orchestrator => {
    if (opened !== undefined) return opened;
    const cluster = openCluster(settings);
    const id = newOrchestratorId();
    const watcher = new PodWatcher(cluster, id);
    const check = new NetworkCheck({ cluster, orchestrator: id, watcher, settings });
    opened = { cluster, id, watcher, check, headless: new HeadlessServices(cluster), settings };
    return opened;
  };
  return {
    name: "k8s",
    up(spec, upOptions) {
      return sandboxes.start(upOptions, (onGone, signal) => {
        checkHostAccess(spec, upOptions);
        return startSandbox(orchestrator(), spec, { ...upOptions, signal }, onGone);
      });
    },
    cleanup: async (filter: CleanupFilter = {}) => removeLeftovers(orchestrator().cluster, filter),
    async diagnose({ image }) {
      try {
        const { cluster, check } = orchestrator();
        return await diagnose(cluster, settings, check, image);
      } catch (error) {
        const { message, hint } = SandboxError.is(error) ? error : { message: messageOf(error), hint: undefined };
        return [{ name: "Cluster", state: "missing", facts: message, fix: hint }];
      }
    },
    [Symbol.asyncDispose]: () => sandboxes[Symbol.asyncDispose](),
  };
}

interface Orchestrator {
  readonly cluster: Cluster;
  readonly id: string;
  readonly watcher: PodWatcher;
  readonly check: NetworkCheck;
  readonly headless: HeadlessServices;
  readonly settings: Settings;
}

async function startSandbox(
  { cluster, id: orchestrator, watcher, check, headless, settings }: Orchestrator,
  spec: ComposeSpec,
  options: UpOptions,
  onGone: () => void,
): Promise<K8sSandbox> {
  const { signal, onProgress } = options;
  signal?.throwIfAborted();
  const main = mainService(spec, options.service);
  const { problems, warnings } = unsupported(spec, settings, main);
  if (problems.length > 0) throw new ComposeSpecError(problems);
  for (const message of warnings) onProgress?.({ type: "warning", message });
  const id = sandboxName(options.name);
  const ownership = { runId: options.runId, owner: currentOwner(), keep: options.keep ?? false };
  const metadata = ownershipMetadata(ownership, id, orchestrator);
  const pods = watcher.follow(id);
  const remove = () => removeSandbox(cluster, id);
  const giveUp = new AbortController();
  let checked: Promise<void> | undefined;
  let created = false;
  let sandbox: K8sSandbox | undefined;
  try {
    const startSeconds = options.startTimeoutSeconds ?? startTimeoutSeconds(spec);
    const { patienceSeconds } = settings;
    const onTrouble = (error: SandboxError) => {
      onProgress?.({ type: "warning", message: `waiting up to ${patienceSeconds} s: ${error.message}` });
    };
    const make = async (what: () => Promise<unknown>) => {
      created = true;
      await createObject(what, { patienceSeconds, onTrouble, signal });
    };
    const until = (service: string, condition: Condition) => {
      const pod = podName(id, service, main);
      return untilUp({ cluster, pods, pod, service, condition, startSeconds, patienceSeconds, onTrouble, signal });
    };
    const isolated = isWithoutNetwork(spec, main);
    if (isolated) {
      const either = signal === undefined ? giveUp.signal : AbortSignal.any([signal, giveUp.signal]);
      checked = check.require(spec.services[main]!, { runId: options.runId, onProgress, signal: either });
      checked.catch(() => undefined);
    }
    const starting = { cluster, sandbox: id, main, metadata, settings, pods, make, until, headless };
    await startServices(spec, { ...starting, onProgress, signal });
    sandbox = new K8sSandbox({
      cluster,
      id,
      paths: sandboxPaths(options.paths),
      user: spec.services[main]!.user,
      isolated,
      pods,
      settings,
      keep: options.keep,
      onProgress,
      remove,
      onGone,
    });
    await ready(sandbox, cluster, id);
    for (const mount of streamedMounts(spec.services[main]!, settings)) await copyIn(sandbox, mount, signal);
    await requireClaimed(sandbox, spec.services[main]!, settings, signal);
    await checked;
    signal?.throwIfAborted();
    return sandbox;
  } catch (error) {
    pods.close();
    sandbox?.disconnect();
    giveUp.abort();
    await checked?.catch(() => undefined);
    if (created) {
      await remove().catch((failure: unknown) => {
        onProgress?.({ type: "warning", message: `not removed: ${messageOf(failure)}` });
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
    const facts = (await endSoon(cluster, pod)) ?? `${messageOf(error)}.`;
    throw new SandboxStartError(`Commands cannot be run in ${sandbox.id}: ${facts}${await lastWords(cluster, pod)}`, {
      hint: "The image must have /bin/sh and coreutils, and the service's command must keep running.",
      cause: error,
    });
  }
}

/** How a pod ended whose commands just failed; the kubelet tells of an end a moment after connections break. */
async function endSoon({ core, namespace }: Cluster, name: string): Promise<string | undefined> {
  for (let look = 0; look < END_LOOKS; look += 1) {
    const loss = await core.readNamespacedPod({ name, namespace }).then(podLoss, () => undefined);
    if (loss !== undefined) return loss.facts;
    await sleep(END_LOOK_MS);
  }
  return undefined;
}
