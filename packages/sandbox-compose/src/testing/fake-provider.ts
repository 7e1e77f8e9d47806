import { mkdir, writeFile } from "node:fs/promises";
import { dirname, posix } from "node:path";
import { PassThrough, Writable } from "node:stream";
import type { ComposeSpec } from "../compose/spec.js";
import { SandboxFileError, SandboxUnavailableError } from "../errors.js";
import { sandboxPaths } from "../paths.js";
import type { ExecOptions, ExecResult, Sandbox, SandboxProvider, UpOptions } from "../provider.js";

/** One command that a fake sandbox was asked to run. */
export interface FakeCommand {
  readonly command: readonly string[];
  readonly options: ExecOptions;
  /** The sandbox's files; the answer may read and write them. */
  readonly files: Map<string, Uint8Array>;
}

/** What a fake sandbox answers; what is left out is empty, zero or false. */
export type FakeAnswer = Partial<ExecResult>;

/** What {@link createFakeProvider} takes. */
export interface FakeProviderOptions {
  /** Answers every command. @default exit code 0 without output */
  readonly onExec?: (command: FakeCommand) => FakeAnswer | Promise<FakeAnswer>;
  /** Files that every sandbox starts with, by absolute path. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Fails every start with this. */
  readonly upError?: Error;
}

/** A provider that runs nothing: for tests of what uses sandboxes. Notes what was asked of it. */
export interface FakeProvider extends SandboxProvider {
  readonly started: { readonly spec: ComposeSpec; readonly options: UpOptions }[];
  readonly commands: FakeCommand[];
  /** Sandboxes that were not disposed of. */
  readonly live: number;
}

/** Makes a provider whose sandboxes are files in memory and whose commands are answered by a function. */
export function createFakeProvider(options: FakeProviderOptions = {}): FakeProvider {
  const started: FakeProvider["started"] = [];
  const commands: FakeCommand[] = [];
  const live = new Set<string>();
  let count = 0;
  return {
    name: "fake",
    started,
    commands,
    get live() {
      return live.size;
    },
    async up(spec, upOptions) {
      upOptions.signal?.throwIfAborted();
      started.push({ spec, options: upOptions });
      if (options.upError !== undefined) throw options.upError;
      count += 1;
      const id = `fake-${upOptions.name}-${count}`;
      live.add(id);
      return fakeSandbox(id, upOptions, options, commands, () => live.delete(id));
    },
    cleanup: () => Promise.resolve({ removed: [], left: [], failed: [] }),
    async [Symbol.asyncDispose]() {
      live.clear();
    },
  };
}

function fakeSandbox(
  id: string,
  upOptions: UpOptions,
  { onExec, files: initial = {} }: FakeProviderOptions,
  commands: FakeCommand[],
  onDispose: () => void,
): Sandbox {
  const files = new Map(
    Object.entries(initial).map(([path, data]) => [path, typeof data === "string" ? Buffer.from(data) : data] as const),
  ) as Map<string, Uint8Array>;
  let disposed = false;
  const exec = async (command: readonly string[], options: ExecOptions = {}): Promise<ExecResult> => {
    if (disposed) throw new SandboxUnavailableError(id, "disposed", "it was disposed of.");
    options.signal?.throwIfAborted();
    const asked: FakeCommand = { command, options, files };
    commands.push(asked);
    return { ...EMPTY, ...(await onExec?.(asked)) };
  };
  return {
    id,
    provider: "fake",
    paths: sandboxPaths(upOptions.paths),
    capabilities: { users: true, isolated: true },
    exec,
    async stream(command, options = {}) {
      const chunks: Buffer[] = [];
      const stdout = new PassThrough();
      const stderr = new PassThrough();
      const stdin = new Writable({
        write(chunk: Buffer, _encoding, done) {
          chunks.push(chunk);
          done();
        },
      });
      const exit = new Promise<{ exitCode: number }>((resolve, reject) => {
        stdin.once("finish", () => {
          exec(command, { ...options, input: Buffer.concat(chunks) }).then((result) => {
            stdout.end(result.stdout);
            stderr.end(result.stderr);
            resolve({ exitCode: result.exitCode });
          }, reject);
        });
      });
      return { stdin, stdout, stderr, exit, kill: async () => void stdin.end() };
    },
    async readFile(path) {
      const data = files.get(path);
      if (data === undefined) throw new SandboxFileError(path, "not-found", "there is no such file");
      return data;
    },
    async writeFile(path, data) {
      const chunks: Uint8Array[] = [];
      if (typeof data === "string") chunks.push(Buffer.from(data));
      else if (data instanceof Uint8Array) chunks.push(data);
      else for await (const chunk of data) chunks.push(chunk);
      files.set(path, Buffer.concat(chunks));
    },
    async copyOut(path, hostPath) {
      const single = files.get(path);
      const below = [...files].filter(([name]) => name.startsWith(`${path}/`));
      if (single === undefined && below.length === 0) {
        throw new SandboxFileError(path, "not-found", "there is no such file or folder");
      }
      const chosen = single === undefined ? below : [[path, single] as const];
      for (const [name, data] of chosen) {
        const to = single === undefined ? posix.join(hostPath, name.slice(path.length)) : hostPath;
        await mkdir(dirname(to), { recursive: true });
        await writeFile(to, data);
      }
      const bytes = chosen.reduce((sum, [, data]) => sum + data.length, 0);
      return {
        kind: single === undefined ? "directory" : "file",
        files: chosen.length,
        bytes,
        skipped: [],
        truncated: false,
      };
    },
    connection: () => `fake ${id}`,
    async [Symbol.asyncDispose]() {
      disposed = true;
      onDispose();
    },
  };
}

const EMPTY: ExecResult = {
  exitCode: 0,
  stdout: "",
  stderr: "",
  timedOut: false,
  truncated: { stdout: false, stderr: false },
  outOfMemory: false,
  durationSeconds: 0,
};
