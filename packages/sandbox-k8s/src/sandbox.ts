import { messageOf } from "@mlebench/base";
import type {
  CopyOutOptions,
  CopyOutResult,
  ExecOptions,
  ExecResult,
  ExecStream,
  FileData,
  ReadFileOptions,
  Sandbox,
  SandboxCapabilities,
  SandboxEvent,
  SandboxPaths,
  StreamOptions,
  WriteFileOptions,
} from "@mlebench/sandbox-compose";
import {
  copyThroughTar,
  type OnOutput,
  readFileThrough,
  runCommand,
  streamCommand,
  writeFileThrough,
} from "@mlebench/sandbox-compose/provider-kit";
import { apiFailure, type Cluster, callApi } from "./api/cluster.js";
import { ClusterUnavailableError, PodUnavailableError, UnknownAccountError } from "./errors.js";
import { type ExecConnection, openExec } from "./exec/connection.js";
import { type ExecContext, execDriver } from "./exec/driver.js";
import { openStarted } from "./exec/open-started.js";
import { openPatiently } from "./exec/open-with-retries.js";
import { PodReaper } from "./exec/reaper.js";
import { streamDriver } from "./exec/stream.js";
import type { Settings } from "./options.js";
import { CONTAINER } from "./pod/manifest.js";
import { podLoss } from "./pod/pod-loss.js";
import type { FollowedPods } from "./pod/watcher.js";

export interface K8sSandboxOptions {
  readonly cluster: Cluster;
  readonly id: string;
  readonly pod: string;
  readonly paths: SandboxPaths;
  readonly user: string | undefined;
  readonly isolated: boolean;
  readonly pods: FollowedPods;
  readonly settings: Pick<Settings, "heartbeatSeconds" | "orphanSeconds">;
  readonly keep: boolean;
  readonly onProgress: ((event: SandboxEvent) => void) | undefined;
  /** Deletes what was created. */
  readonly remove: () => Promise<void>;
  readonly onGone: () => void;
}

/** One or more pods, of which one runs the commands. */
export class K8sSandbox implements Sandbox {
  readonly id: string;
  readonly provider = "k8s";
  readonly paths: SandboxPaths;
  readonly #options: K8sSandboxOptions;
  readonly #context: ExecContext;
  readonly #connections = new Set<ExecConnection>();
  #users = true;
  #disposing: Promise<void> | undefined;

  constructor(options: K8sSandboxOptions) {
    this.#options = options;
    this.id = options.id;
    this.paths = options.paths;
    this.#context = {
      sandboxId: options.id,
      defaultUser: options.user,
      reaper: new PodReaper({
        open: (command, onOutput) => this.#open(command, onOutput),
        orphanSeconds: options.keep ? undefined : options.settings.orphanSeconds,
      }),
      open: (command, onOutput, signal) => this.#open(command, onOutput, signal),
      whyUnavailable: (cause) => this.#whyUnavailable(cause),
      abandon: () => this.#abandon(),
    };
  }

  get capabilities(): SandboxCapabilities {
    return { users: this.#users, isolated: this.#options.isolated };
  }

  /** Makes ready what ends commands later, and finds out whether users can be switched. */
  async start(): Promise<void> {
    await this.#context.reaper.signal("0", 0);
    const driver = execDriver({ ...this.#context, defaultUser: undefined });
    const uid = await runCommand(driver, ["/bin/sh", "-c", "id -u"], { timeoutSeconds: 60 });
    this.#users = uid.stdout.trim() === "0";
    // A pod that ends takes its connections with it, though nobody may tell them.
    this.#options.pods.onChange(() => {
      if (this.#isSeenLost()) this.disconnect();
    });
  }

  async exec(command: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    this.#assertUsable();
    return runCommand(execDriver(this.#context), command, options);
  }

  async stream(command: readonly string[], options: StreamOptions = {}): Promise<ExecStream> {
    this.#assertUsable();
    return streamCommand(streamDriver(this.#context), command, options);
  }

  async readFile(path: string, options: ReadFileOptions = {}): Promise<Uint8Array> {
    this.#assertUsable();
    return readFileThrough(this, path, options);
  }

  async writeFile(path: string, data: FileData, options: WriteFileOptions = {}): Promise<void> {
    this.#assertUsable();
    await writeFileThrough(this, path, data, options);
  }

  async copyOut(path: string, hostPath: string, options: CopyOutOptions = {}): Promise<CopyOutResult> {
    this.#assertUsable();
    options.signal?.throwIfAborted();
    const user = this.#users ? "0:0" : undefined;
    return copyThroughTar(this, path, hostPath, { ...options, user });
  }

  connection(): string {
    const { cluster, pod } = this.#options;
    return `kubectl exec -it -n ${cluster.namespace} ${pod} -c ${CONTAINER} -- bash --login`;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#disposing ??= this.#dispose();
    return this.#disposing;
  }

  async #dispose(): Promise<void> {
    const { pods, keep, onProgress, onGone, remove } = this.#options;
    pods.close();
    this.disconnect();
    try {
      if (keep) {
        onProgress?.({ type: "sandbox-kept", id: this.id, connection: this.connection() });
        return;
      }
      await remove();
      onProgress?.({ type: "sandbox-down", id: this.id });
    } catch (error) {
      onProgress?.({ type: "warning", message: `not removed: ${messageOf(error)}` });
    } finally {
      onGone();
    }
  }

  /** Ends what runs here of all commands; only one that comes later opens anything again. */
  disconnect(): void {
    this.#context.reaper.stop();
    for (const connection of this.#connections) connection.terminate();
  }

  async #open(command: readonly string[], onOutput: OnOutput, signal?: AbortSignal): Promise<ExecConnection> {
    const { cluster, pod, settings } = this.#options;
    const { heartbeatSeconds } = settings;
    // On a node that is lost it would be half a minute until an exec is not opened.
    const lost = this.#isSeenLost() ? await this.#whyUnavailable() : undefined;
    if (lost !== undefined) throw lost;
    const open = async (take: OnOutput) => {
      const connection = await openExec(cluster, { pod, container: CONTAINER, heartbeatSeconds }, command, take);
      this.#connections.add(connection);
      connection.closed.then(() => this.#connections.delete(connection));
      if (this.#disposing !== undefined) connection.terminate();
      return connection;
    };
    return openPatiently(() => openStarted(open, onOutput, signal), {
      whyNot: (cause) => this.#whyNotOpened(cause),
      inVain: (cause) =>
        new PodUnavailableError(this.id, "daemon", `no exec could be opened: ${messageOf(cause)}.`, { cause }),
      signal,
    });
  }

  async #whyNotOpened(cause: unknown): Promise<Error | undefined> {
    if (/Unexpected server response: 401/.test(messageOf(cause))) return new UnknownAccountError(cause);
    if (/Unexpected server response: 403/.test(messageOf(cause))) {
      return new ClusterUnavailableError(`The cluster refused to run a command in pod ${this.#options.pod}.`, {
        hint: "Give the account `create` and `get` of pods/exec, see docs/cluster-owners.md.",
        cause,
      });
    }
    return this.#whyUnavailable(cause);
  }

  #isSeenLost(): boolean {
    const pod = this.#options.pods.pod(this.#options.pod);
    return pod !== undefined && podLoss(pod) !== undefined;
  }

  #assertUsable(): void {
    if (this.#disposing !== undefined) throw new PodUnavailableError(this.id, "disposed", "it was disposed of.");
  }

  async #whyUnavailable(cause?: unknown): Promise<PodUnavailableError | undefined> {
    if (this.#disposing !== undefined)
      return new PodUnavailableError(this.id, "disposed", "it was disposed of.", { cause });
    const { cluster, pod: name } = this.#options;
    try {
      const pod = await callApi(() => cluster.core.readNamespacedPod({ name, namespace: cluster.namespace }));
      const loss = podLoss(pod);
      if (loss === undefined) return undefined;
      return new PodUnavailableError(this.id, loss.reason, loss.facts, { hint: loss.hint, cause });
    } catch (error) {
      if (apiFailure(error)?.status === 404) {
        return new PodUnavailableError(this.id, "removed", `pod ${name} does not exist any more.`, { cause });
      }
      return new PodUnavailableError(this.id, "daemon", messageOf(error), { cause: error });
    }
  }

  async #abandon(): Promise<PodUnavailableError> {
    await this.#options.remove().catch(() => undefined);
    return new PodUnavailableError(
      this.id,
      "unresponsive",
      "processes of a command would not end, so the pod was deleted.",
    );
  }
}
