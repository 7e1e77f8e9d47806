import { messageOf } from "@mlebench/base";
import {
  blame,
  type CopyOutOptions,
  type CopyOutResult,
  type SandboxUnavailableError,
  type UnavailableOptions,
  type UnavailableReason,
} from "@mlebench/sandbox-compose";
import {
  CommandMarks,
  CommandSandbox,
  type CommandSandboxOptions,
  copyThroughTar,
  type OnOutput,
  runCommand,
} from "@mlebench/sandbox-compose/provider-kit";
import { apiFailure, type Cluster, callApi } from "./api/cluster.js";
import { ClusterUnavailableError, PodUnavailableError, UnknownAccountError } from "./errors.js";
import { type ExecConnection, openExec } from "./exec/connection.js";
import { type ExecContext, execDriver, streamDriver } from "./exec/driver.js";
import { openPatiently, openStarted } from "./exec/open.js";
import { PodReaper } from "./exec/reaper.js";
import type { Settings } from "./options.js";
import { CONTAINER } from "./pod/manifest.js";
import { podLoss } from "./pod/pod-loss.js";
import type { FollowedPods } from "./pod/watcher.js";

export interface K8sSandboxOptions extends CommandSandboxOptions {
  readonly cluster: Cluster;
  readonly user: string | undefined;
  readonly isolated: boolean;
  readonly pods: FollowedPods;
  readonly settings: Pick<Settings, "heartbeatSeconds" | "orphanSeconds">;
  /** Deletes what was created. */
  readonly remove: () => Promise<void>;
}

/** One or more pods; commands run in the one that has its name. */
export class K8sSandbox extends CommandSandbox {
  readonly provider = "k8s";
  readonly #options: K8sSandboxOptions;
  #context: ExecContext;
  readonly #connections = new Set<ExecConnection>();
  /** Why it was ended from here. */
  #end: PodUnavailableError | undefined;
  #users = true;

  constructor(options: K8sSandboxOptions) {
    super(options);
    this.#options = options;
    this.#context = {
      sandboxId: options.id,
      defaultUser: options.user,
      reaper: new PodReaper({
        open: (command, onOutput) => this.#open(command, onOutput),
        orphanSeconds: options.keep ? undefined : options.settings.orphanSeconds,
      }),
      marks: new CommandMarks(),
      setsGroups: false,
      open: (command, onOutput, signal) => this.#open(command, onOutput, signal),
      whyUnavailable: (cause) => this.#whyUnavailable(cause),
      abandon: () => this.#abandon(),
    };
  }

  get capabilities() {
    return { users: this.#users, isolated: this.#options.isolated };
  }

  /** Makes ready what ends commands later, and finds out whether users can be switched. */
  async start(): Promise<void> {
    const { reaper, marks } = this.#context;
    const { count: can } = await reaper.ask({ signal: "CAN", ...marks.next() });
    this.#context = { ...this.#context, setsGroups: (can & 1) !== 0 };
    const driver = execDriver({ ...this.#context, defaultUser: undefined });
    const uid = await runCommand(driver, ["/bin/sh", "-c", "id -u"], { timeoutSeconds: 60 });
    this.#users = uid.stdout.trim() === "0";
    // A pod that ends takes its connections with it, though nobody may tell them.
    this.#options.pods.onChange(() => {
      if (this.#isSeenLost()) this.disconnect();
    });
  }

  protected drivers() {
    return { command: execDriver(this.#context), stream: streamDriver(this.#context) };
  }

  async copyOut(path: string, hostPath: string, options: CopyOutOptions = {}): Promise<CopyOutResult> {
    this.requireUsable();
    options.signal?.throwIfAborted();
    const user = this.#users ? "0:0" : undefined;
    return copyThroughTar(this, path, hostPath, { ...options, user });
  }

  whyUnavailable(): Promise<SandboxUnavailableError | undefined> {
    return this.#whyUnavailable();
  }

  connection(): string {
    return `kubectl exec -it -n ${this.#options.cluster.namespace} ${this.id} -c ${CONTAINER} -- bash --login`;
  }

  protected close(): void {
    this.#options.pods.close();
    this.disconnect();
  }

  protected async remove(): Promise<readonly string[]> {
    try {
      await this.#options.remove();
      return [];
    } catch (error) {
      return [messageOf(error)];
    }
  }

  /** Ends what runs here of all commands; only one that comes later opens anything again. */
  disconnect(): void {
    this.#context.reaper.stop();
    for (const connection of this.#connections) connection.terminate();
  }

  async #open(command: readonly string[], onOutput: OnOutput, signal?: AbortSignal): Promise<ExecConnection> {
    const { cluster, settings } = this.#options;
    const place = { pod: this.id, container: CONTAINER, heartbeatSeconds: settings.heartbeatSeconds };
    // On a node that is lost it would be half a minute until an exec is not opened.
    const lost = this.#isSeenLost() ? await this.#whyUnavailable() : undefined;
    if (lost !== undefined) throw lost;
    const open = async (take: OnOutput) => {
      const connection = await openExec(cluster, place, command, take);
      this.#connections.add(connection);
      connection.closed.then(() => this.#connections.delete(connection));
      if (this.whyDisposed() !== undefined) connection.terminate();
      return connection;
    };
    return openPatiently(() => openStarted(open, onOutput, signal), {
      whyNot: (cause) => this.#whyNotOpened(cause),
      inVain: (cause) => this.unavailable("daemon", `no exec could be opened: ${messageOf(cause)}.`, { cause }),
      signal,
    });
  }

  async #whyNotOpened(cause: unknown): Promise<Error | undefined> {
    if (/Unexpected server response: 401/.test(messageOf(cause))) return new UnknownAccountError(cause);
    if (/Unexpected server response: 403/.test(messageOf(cause))) {
      return new ClusterUnavailableError(`The cluster refused to run a command in pod ${this.id}.`, {
        hint: "Give the account `create` and `get` of pods/exec, see docs/cluster-owners.md.",
        cause,
      });
    }
    return this.#whyUnavailable(cause);
  }

  #isSeenLost(): boolean {
    const pod = this.#options.pods.pod(this.id);
    return pod !== undefined && podLoss(pod) !== undefined;
  }

  protected override unavailable(
    reason: UnavailableReason,
    facts: string,
    options?: UnavailableOptions,
  ): PodUnavailableError {
    return new PodUnavailableError(this.id, reason, facts, options);
  }

  async #whyUnavailable(cause?: unknown): Promise<SandboxUnavailableError | undefined> {
    const disposed = this.whyDisposed(cause);
    if (disposed !== undefined) return disposed;
    if (this.#end !== undefined) return this.#end;
    const { core, namespace } = this.#options.cluster;
    try {
      const pod = await callApi(() => core.readNamespacedPod({ name: this.id, namespace }));
      const loss = podLoss(pod);
      if (loss === undefined) return undefined;
      const { reason, facts, hint, causedBy } = loss;
      return this.unavailable(reason, facts, { hint, cause, causedBy });
    } catch (error) {
      if (apiFailure(error)?.status === 404) {
        return this.unavailable("removed", `pod ${this.id} does not exist any more.`, { cause });
      }
      return this.unavailable("daemon", messageOf(error), { cause: error });
    }
  }

  async #abandon(): Promise<PodUnavailableError> {
    this.#end ??= this.unavailable("unresponsive", "processes of a command would not end, so the pod was deleted.", {
      causedBy: blame({ reason: "unresponsive", watched: true }),
    });
    await this.#options.remove().catch(() => undefined);
    return this.#end;
  }
}
