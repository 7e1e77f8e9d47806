import { posix } from "node:path";
import { Readable } from "node:stream";
import {
  type CopyOutOptions,
  type CopyOutResult,
  copyFromTar,
  type ExecOptions,
  type ExecResult,
  type ExecStream,
  type FileData,
  linkRefused,
  type ReadFileOptions,
  readFileThrough,
  runCommand,
  type Sandbox,
  type SandboxCapabilities,
  type SandboxEvent,
  SandboxFileError,
  type SandboxPaths,
  type StreamOptions,
  type WriteFileOptions,
  writeFileThrough,
} from "@mlebench/sandbox-compose";
import { apiFailure, type Cluster, callApi } from "./api/cluster.js";
import { ClusterUnavailableError, PodUnavailableError, UnknownAccountError } from "./errors.js";
import { type ExecConnection, type OnData, openExec } from "./exec/connection.js";
import { type ExecContext, execDriver } from "./exec/driver.js";
import { openPatiently } from "./exec/open-patiently.js";
import { openStarted } from "./exec/open-started.js";
import { PodReaper } from "./exec/reaper.js";
import { streamInPod } from "./exec/stream.js";
import type { Settings } from "./options.js";
import { podLoss } from "./pod/loss.js";
import { CONTAINER } from "./pod/manifest.js";
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
        open: (command, onData) => this.#open(command, onData),
        orphanSeconds: options.keep ? undefined : options.settings.orphanSeconds,
      }),
      open: (command, onData, signal) => this.#open(command, onData, signal),
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
    return streamInPod(this.#context, command, options);
  }

  async readFile(path: string, options: ReadFileOptions = {}): Promise<Uint8Array> {
    this.#assertUsable();
    return readFileThrough((command, streamOptions) => this.stream(command, streamOptions), path, options);
  }

  async writeFile(path: string, data: FileData, options: WriteFileOptions = {}): Promise<void> {
    this.#assertUsable();
    await writeFileThrough((command, streamOptions) => this.stream(command, streamOptions), path, data, options);
  }

  async copyOut(path: string, hostPath: string, options: CopyOutOptions = {}): Promise<CopyOutResult> {
    this.#assertUsable();
    options.signal?.throwIfAborted();
    const user = this.#users ? "0:0" : undefined;
    const probe = await this.exec(["/bin/sh", "-c", LINK_PROBE, "sh", path], { user, signal: options.signal });
    const absolute = posix.isAbsolute(path) ? posix.normalize(path) : probe.stderr.trim();
    if (probe.exitCode === 1) throw new SandboxFileError(path, "not-found", "there is no such file or folder");
    if (probe.exitCode === 2) throw linkRefused(path, probe.stdout);
    if (probe.exitCode === 3) throw new SandboxFileError(path, "not-a-file", "is a device, socket or pipe");
    if (probe.exitCode !== 0) throw new SandboxFileError(path, "failed", probe.stderr.trim());
    const tar = ["/bin/sh", "-c", TAR, "sh", posix.dirname(absolute), posix.basename(absolute)];
    const stream = await this.stream(tar, { user, signal: options.signal });
    stream.stdin.end();
    stream.stderr.resume();
    try {
      return await copyFromTar(Readable.from(wholeOf(stream), { objectMode: false }), path, hostPath, options);
    } finally {
      await stream.kill();
    }
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
      onProgress?.({
        type: "warning",
        message: `not removed: ${error instanceof Error ? error.message : String(error)}`,
      });
    } finally {
      onGone();
    }
  }

  /** Ends what runs here of all commands; only one that comes later opens anything again. */
  disconnect(): void {
    this.#context.reaper.stop();
    for (const connection of this.#connections) connection.terminate();
  }

  async #open(command: readonly string[], onData: OnData, signal?: AbortSignal): Promise<ExecConnection> {
    const { cluster, pod, settings } = this.#options;
    const { heartbeatSeconds } = settings;
    // On a node that is lost it would be half a minute until an exec is not opened.
    const lost = this.#isSeenLost() ? await this.#whyUnavailable() : undefined;
    if (lost !== undefined) throw lost;
    const open = async (take: OnData) => {
      const connection = await openExec(cluster, { pod, container: CONTAINER, heartbeatSeconds }, command, take);
      this.#connections.add(connection);
      connection.closed.then(() => this.#connections.delete(connection));
      if (this.#disposing !== undefined) connection.terminate();
      return connection;
    };
    return openPatiently(() => openStarted(open, onData, signal), {
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

/** The output of a command, which ends only once it is known to be all of it: a tar cut short between two files looks whole. */
async function* wholeOf({ stdout, exit }: ExecStream): AsyncIterable<Buffer> {
  for await (const chunk of stdout) yield chunk;
  await exit;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

// Prints the first part of the path that is a link and exits with 2; 1 when there is nothing, 3 when it is special. The
// absolute path goes to stderr.
const LINK_PROBE = `path=$1
case $path in /*) ;; *) path=$(pwd -P)/$path ;; esac
printf '%s' "$path" >&2
full=$path
IFS=/
set -f
at=
for part in \${path#/}; do
  [ -n "$part" ] || continue
  at=$at/$part
  if [ -L "$at" ]; then printf '%s' "$at"; exit 2; fi
  if [ ! -e "$at" ]; then exit 1; fi
done
if [ ! -f "$full" ] && [ ! -d "$full" ]; then exit 3; fi`;

// The order by name makes a copy that a limit cuts short the same every time; only GNU tar has it.
const TAR = `cd -- "$1" || exit 1
if tar --version 2>/dev/null | grep -q GNU; then exec tar --sort=name -cf - -- "$2" ; fi
exec tar -cf - -- "$2"`;
