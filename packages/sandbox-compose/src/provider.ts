import type { Readable, Writable } from "node:stream";
import type { OwnParts } from "./compose/host-access.js";
import type { ComposeSpec } from "./compose/spec.js";
import type { SandboxUnavailableError } from "./errors.js";

/** Starts sandboxes from compose specs: "docker", "local" or one of your own. */
export interface SandboxProvider extends AsyncDisposable {
  readonly name: string;
  /**
   * Starts the spec's services and resolves once every one of them runs, or is healthy where it has a healthcheck.
   * Waits while the provider's limit of concurrent sandboxes is reached.
   * @throws SandboxError; nothing stays behind when it throws.
   */
  up(spec: ComposeSpec, options: UpOptions): Promise<Sandbox>;
  /** Removes what earlier runs left behind; never what a live process owns, unless its `runId` is named. */
  cleanup(filter?: CleanupFilter): Promise<CleanupReport>;
  /** Looks at what its sandboxes need, for `mlebench doctor`. Never throws, and tells no secret. */
  diagnose?(options: DiagnoseOptions): Promise<readonly ProviderCheck[]>;
}

/** What a provider's diagnosis takes. */
export interface DiagnoseOptions {
  /** The image that sandboxes are going to have. */
  readonly image: string;
}

/** What a provider found out about the place where its sandboxes run. */
export interface ProviderCheck {
  /** Short name, for example "Network". */
  readonly name: string;
  /** `missing` stops some runs, `warning` does not. */
  readonly state: "ok" | "warning" | "missing";
  readonly facts: string;
  /** What to do about it. */
  readonly fix?: string;
}

/** How to start a sandbox. */
export interface UpOptions {
  /** The run that owns it; written on everything that is created. */
  readonly runId: string;
  /** What it is for, e.g. a competition id; part of its names. */
  readonly name: string;
  /** The service that commands run in. @default the one called `default`, or with `x-default: true`, or the only one */
  readonly service?: string;
  /** Aborts the start. An aborted start leaves nothing behind. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: SandboxEvent) => void;
  /** Leave it running when it is disposed of, for a person to enter. @default false */
  readonly keep?: boolean;
  /** Build images that have a `build` section even when they exist. Once per provider and image. @default false */
  readonly forceBuild?: boolean;
  /** Where things are, as the spec and image lay them out. @default /home, /home/data, /home/submission, /home/code, /home/logs */
  readonly paths?: Partial<SandboxPaths>;
  /** Give up when a service is not up after this long. @default 600, or 60 plus what its healthcheck allows */
  readonly startTimeoutSeconds?: number;
  /** What in the spec may open this host, by the keys that `hostAccess` and the refusal name. @default nothing */
  readonly allowHostAccess?: readonly string[];
  /** What the calling program put into the spec itself, and so passes. @default nothing */
  readonly own?: OwnParts;
}

/** What happens while a sandbox starts and stops; names are noun-verb. */
export type SandboxEvent =
  | { readonly type: "slot-wait"; readonly running: number; readonly limit: number }
  | { readonly type: "build-start"; readonly image: string }
  | { readonly type: "build-output"; readonly image: string; readonly line: string }
  | { readonly type: "build-end"; readonly image: string; readonly seconds: number }
  | { readonly type: "pull-start"; readonly image: string }
  | { readonly type: "pull-progress"; readonly image: string; readonly status: string }
  | { readonly type: "pull-end"; readonly image: string; readonly seconds: number }
  | { readonly type: "service-start"; readonly service: string; readonly container: string }
  | { readonly type: "service-healthy"; readonly service: string; readonly container: string }
  | { readonly type: "sandbox-up"; readonly id: string; readonly seconds: number }
  | { readonly type: "sandbox-kept"; readonly id: string; readonly connection: string }
  | { readonly type: "sandbox-down"; readonly id: string }
  | { readonly type: "warning"; readonly message: string };

/** Absolute paths as a command in the sandbox sees them. */
export interface SandboxPaths {
  readonly home: string;
  readonly data: string;
  readonly submission: string;
  readonly code: string;
  readonly logs: string;
}

/** What a provider's sandboxes can do, for callers that adapt to it. */
export interface SandboxCapabilities {
  /** `user` may be given to exec. */
  readonly users: boolean;
  /** Commands cannot reach the host's files or network, other than what the spec mounts. */
  readonly isolated: boolean;
}

/** A running sandbox. Disposing of it removes everything that was created for it. */
export interface Sandbox extends AsyncDisposable {
  /** Unique; the project's name with Docker. */
  readonly id: string;
  /** Name of the provider. */
  readonly provider: string;
  readonly paths: SandboxPaths;
  readonly capabilities: SandboxCapabilities;
  /**
   * Runs a command to its end. A non-zero exit code is a result, not an error. Never retried.
   * @param command program and arguments; no shell is involved unless you name one.
   * @throws SandboxUnavailableError when the sandbox died; the signal's reason when aborted.
   */
  exec(command: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  /** Starts a command and hands out its streams. Both outputs have to be read (or resumed) for it to go on. */
  stream(command: readonly string[], options?: StreamOptions): Promise<ExecStream>;
  /**
   * Reads one regular file, following links inside the sandbox.
   * @throws SandboxFileError, or OutputLimitError above `maxBytes`
   */
  readFile(path: string, options?: ReadFileOptions): Promise<Uint8Array>;
  /** Writes a file under a temporary name and renames it; creates parent folders. */
  writeFile(path: string, data: FileData, options?: WriteFileOptions): Promise<void>;
  /**
   * Copies a file or folder to the host, never following links: a path that is or leads through a link is refused, links
   * and special files inside a folder are skipped and listed.
   * @throws SandboxFileError, or OutputLimitError with `onLimit: "error"`; nothing is left at `hostPath` then.
   */
  copyOut(path: string, hostPath: string, options?: CopyOutOptions): Promise<CopyOutResult>;
  /**
   * Why no command can be run any more, and whose doing that is (`causedBy`); undefined while commands can be run. Asked
   * once more when the agent is done, so that what it did last counts like what it did before. Never throws.
   * A sandbox without it is asked by running a command.
   */
  whyUnavailable?(): Promise<SandboxUnavailableError | undefined>;
  /** The command with which a person enters the sandbox. */
  connection(): string;
}

/** What may be written: text, bytes, or chunks that are never held in memory together. */
export type FileData = string | Uint8Array | AsyncIterable<Uint8Array>;

/** How to start a command. */
export interface StreamOptions {
  /** Relative to the sandbox's working directory. @default the sandbox's working directory */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Name or uid, as in `docker exec --user`. @default the service's user */
  readonly user?: string;
  /** Kills the command and everything that it started. */
  readonly signal?: AbortSignal;
}

/** How to run a command to its end. */
export interface ExecOptions extends StreamOptions {
  /** Fed to the command's standard input, which is empty otherwise. */
  readonly input?: string | Uint8Array;
  /** TERM to everything that the command started after this long, KILL five seconds later. @default no limit */
  readonly timeoutSeconds?: number;
  /** Kept per stream; what is beyond is read and dropped. @default 10 MiB */
  readonly maxOutputBytes?: number;
  /** Which part of a longer output is kept. @default "tail" */
  readonly keepOutput?: "head" | "tail";
}

/** The end of a command. */
export interface ExecResult {
  /** The command's own; 128 + n when signal n ended it, 124 when it timed out. */
  readonly exitCode: number;
  /** UTF-8, with U+FFFD for what is not. */
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
  /** Whether the stream was longer than `maxOutputBytes`. */
  readonly truncated: { readonly stdout: boolean; readonly stderr: boolean };
  /** Whether the kernel killed a process of the sandbox for want of memory while the command ran. */
  readonly outOfMemory: boolean;
  readonly durationSeconds: number;
}

/** A command that runs, with its streams. */
export interface ExecStream {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Rejects with SandboxUnavailableError when the sandbox dies under the command. */
  readonly exit: Promise<{ readonly exitCode: number }>;
  /** TERM to everything that the command started, KILL five seconds later. Resolves once all are gone. */
  kill(): Promise<void>;
}

/** What reading a file takes. */
export interface ReadFileOptions {
  /** @default 100 MiB */
  readonly maxBytes?: number;
  /** Whose permissions count. @default the service's user */
  readonly user?: string;
  readonly signal?: AbortSignal;
}

/** What writing a file takes. */
export interface WriteFileOptions {
  /** Permission bits, e.g. 0o644. @default 0o644 */
  readonly mode?: number;
  /** `user` or `user:group`. @default whoever the service runs as */
  readonly owner?: string;
  readonly signal?: AbortSignal;
}

/** What copying out of a sandbox takes. */
export interface CopyOutOptions {
  /** Of all files together. @default 10 GiB */
  readonly maxBytes?: number;
  /** @default 100 000 */
  readonly maxFiles?: number;
  /** Fail above a limit, or keep what fits and say so. @default "error" */
  readonly onLimit?: "error" | "stop";
  readonly signal?: AbortSignal;
}

/** What was left out of a copy, and why. */
export interface SkippedEntry {
  /** Relative to the copied folder. */
  readonly path: string;
  readonly reason: "link" | "special" | "name" | "limit" | "unreadable";
}

/** What was copied and what was left out, with the reasons. */
export interface CopyOutResult {
  readonly kind: "file" | "directory";
  readonly files: number;
  readonly bytes: number;
  /** At most the first 1000. */
  readonly skipped: readonly SkippedEntry[];
  /** Whether a limit cut the copy short (`onLimit: "stop"`). */
  readonly truncated: boolean;
}

/** Which leftovers to remove. */
export interface CleanupFilter {
  /** Only this run's, alive or not, kept or not. */
  readonly runId?: string;
  /** Also those that `keep` left on purpose. @default false */
  readonly includeKept?: boolean;
  /** Also those whose owner ran on another host, where it cannot be seen whether it lives. @default false */
  readonly includeOtherHosts?: boolean;
}

/** One thing that a run created. */
export interface SandboxResource {
  readonly kind: "container" | "network" | "volume" | "directory";
  readonly name: string;
  readonly runId: string;
}

/** What a cleanup removed and what it could not. */
export interface CleanupReport {
  readonly removed: readonly SandboxResource[];
  /** Left alone, with the reason. */
  readonly left: readonly (SandboxResource & { readonly reason: "owner-alive" | "kept" | "other-host" })[];
  readonly failed: readonly (SandboxResource & { readonly message: string })[];
}
