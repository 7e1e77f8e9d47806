import { SandboxUnavailableError, type UnavailableOptions, type UnavailableReason } from "./errors.js";
import { type CommandDriver, runCommand } from "./exec/run-command.js";
import { type StreamDriver, streamCommand } from "./exec/stream-command.js";
import { readFileThrough, writeFileThrough } from "./files/in-sandbox.js";
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
  SandboxPaths,
  StreamOptions,
  UpOptions,
  WriteFileOptions,
} from "./provider.js";

/** What every sandbox that runs marked commands is made of. */
export interface CommandSandboxOptions extends Pick<UpOptions, "keep" | "onProgress"> {
  readonly id: string;
  readonly paths: SandboxPaths;
  /** Called once it is gone, or kept. */
  readonly onGone: () => void;
}

/** A sandbox whose files are reached by commands, and which is removed or kept once, when it is disposed of. */
export abstract class CommandSandbox implements Sandbox {
  abstract readonly provider: string;
  abstract readonly capabilities: SandboxCapabilities;
  readonly id: string;
  readonly paths: SandboxPaths;
  readonly #options: CommandSandboxOptions;
  #disposing: Promise<void> | undefined;

  constructor(options: CommandSandboxOptions) {
    this.#options = options;
    this.id = options.id;
    this.paths = options.paths;
  }

  /** How its commands are run and streamed. */
  protected abstract drivers(): { readonly command: CommandDriver; readonly stream: StreamDriver };
  /** Ends what runs for it here, before it is removed or kept. */
  protected abstract close(): void | Promise<void>;
  /** Removes all that was made for it. @returns what could not be removed, with the reason */
  protected abstract remove(): Promise<readonly string[]>;
  abstract copyOut(path: string, hostPath: string, options?: CopyOutOptions): Promise<CopyOutResult>;
  abstract connection(): string;

  async exec(command: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    this.requireUsable(options.user);
    return runCommand(this.drivers().command, command, options);
  }

  async stream(command: readonly string[], options: StreamOptions = {}): Promise<ExecStream> {
    this.requireUsable(options.user);
    return streamCommand(this.drivers().stream, command, options);
  }

  async readFile(path: string, options: ReadFileOptions = {}): Promise<Uint8Array> {
    this.requireUsable(options.user);
    return readFileThrough(this, path, options);
  }

  async writeFile(path: string, data: FileData, options: WriteFileOptions = {}): Promise<void> {
    this.requireUsable(options.owner?.split(":")[0]);
    await writeFileThrough(this, path, data, options);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#disposing ??= this.#dispose();
    return this.#disposing;
  }

  async #dispose(): Promise<void> {
    const { keep, onProgress, onGone } = this.#options;
    try {
      await this.close();
      if (keep === true) {
        onProgress?.({ type: "sandbox-kept", id: this.id, connection: this.connection() });
        return;
      }
      const failures = await this.remove();
      for (const failure of failures) onProgress?.({ type: "warning", message: `not removed: ${failure}` });
      if (failures.length === 0) onProgress?.({ type: "sandbox-down", id: this.id });
    } finally {
      onGone();
    }
  }

  /**
   * @param _user who a command is to run as, or a file is to belong to.
   * @throws SandboxUnavailableError after it was disposed of
   */
  protected requireUsable(_user?: string): void {
    const disposed = this.whyDisposed();
    if (disposed !== undefined) throw disposed;
  }

  /** The error of whoever uses it after its end; undefined before. */
  protected whyDisposed(cause?: unknown): SandboxUnavailableError | undefined {
    return this.#disposing && this.unavailable("disposed", "it was disposed of.", { cause });
  }

  protected unavailable(
    reason: UnavailableReason,
    facts: string,
    options?: UnavailableOptions,
  ): SandboxUnavailableError {
    return new SandboxUnavailableError(this.id, reason, facts, options);
  }
}
