import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import { Readable, Writable } from "node:stream";
import { messageOf } from "@mlebench/base";
import { deferred } from "../exec/deferred.js";
import { NOT_STARTED_EXIT_CODE } from "../exec/run-command.js";

/** Starts processes where the commands of one local sandbox run. */
export interface ProcessHost {
  /** The process that all of the sandbox's descend from, however they fork: where it has a process tree of its own. */
  readonly root?: number;
  /** Does something while all of the sandbox's processes are stopped, where it has a process tree of its own. */
  whileStopped?<Value>(act: () => Value): Promise<Value>;
  spawn(command: readonly string[], options: SpawnOptions): Promise<HostProcess>;
  /** Ends what the host itself runs. */
  close(): Promise<void>;
}

export interface SpawnOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Without, standard input is empty. */
  readonly stdin: boolean;
}

export interface HostProcess {
  /** On this machine, where it is known. */
  readonly pid: number | undefined;
  readonly stdin: Writable | undefined;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** 128 + n after signal n. Rejects when the host itself is gone. */
  readonly exit: Promise<number>;
}

/** Processes of this machine, each the leader of its own group and session. */
export function createDirectHost(): ProcessHost {
  return {
    async spawn([program = "", ...args], { env, cwd, stdin }) {
      let child: ChildProcess;
      try {
        child = spawn(program, args, {
          cwd,
          env: { ...env },
          detached: true,
          stdio: [stdin ? "pipe" : "ignore", "pipe", "pipe"],
        });
      } catch (error) {
        return notStarted(messageOf(error));
      }
      const { stdout, stderr } = child;
      if (stdout === null || stderr === null) throw new Error("the child process has no output streams");
      const exit = deferred<number>();
      child.once("exit", (code, signal) => {
        exit.resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
      });
      await new Promise<void>((resolve, reject) => {
        child.once("spawn", resolve);
        child.once("error", reject);
      });
      return { pid: child.pid, stdin: child.stdin ?? undefined, stdout, stderr, exit: exit.promise };
    },
    close: () => Promise.resolve(),
  };
}

/** A process that could not be started, as with arguments that are too long, and says so itself. */
function notStarted(message: string): HostProcess {
  return {
    pid: undefined,
    stdin: new Writable({ write: (_chunk, _encoding, callback) => callback() }),
    stdout: Readable.from([]),
    stderr: Readable.from([Buffer.from(`sh: ${message}\n`)]),
    exit: Promise.resolve(NOT_STARTED_EXIT_CODE),
  };
}
