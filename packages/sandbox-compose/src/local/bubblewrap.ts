import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, lstatSync, readlinkSync, realpathSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Readable, Writable } from "node:stream";
import { SandboxStartError } from "../errors.js";
import { type Deferred, deferred } from "../exec/deferred.js";
import { below, type Layout } from "./layout.js";
import type { HostProcess, ProcessHost } from "./process-host.js";
import { FROM_SUPERVISOR, type StartMessage, supervisorSource, TO_SUPERVISOR } from "./supervisor.js";

const NODE_IN_SANDBOX = "/opt/node";
const START_DEADLINE_SECONDS = 30;
const HIGH_WATER_BYTES = 256 * 1024;
/** What programs need of /etc; no host configuration, no secrets. */
const ETC = [
  "alternatives",
  "fonts",
  "group",
  "ld.so.cache",
  "ld.so.conf",
  "ld.so.conf.d",
  "localtime",
  "mime.types",
  "nsswitch.conf",
  "passwd",
  "ssl",
];

const HOSTS_FILE = "/.hosts";

export interface BubblewrapOptions {
  readonly layout: Layout;
  readonly env: Readonly<Record<string, string>>;
  /** Host paths that are visible at the same place, read-only. */
  readonly readOnlyPaths: readonly string[];
  readonly shareNetwork: boolean;
  /** Called when the sandbox dies by itself. */
  readonly onDeath: (facts: string) => void;
}

/**
 * Whether this machine lets bubblewrap make a sandbox.
 * @returns undefined when it does, or why not
 */
export function bubblewrapProblem(): string | undefined {
  if (process.platform !== "linux") return "there is no bubblewrap for this system";
  const args = [
    "--unshare-all",
    "--die-with-parent",
    "--ro-bind",
    "/",
    "/",
    "--proc",
    "/proc",
    "--dev",
    "/dev",
    "true",
  ];
  const trial = spawnSync("bwrap", args, { encoding: "utf8", timeout: 10_000 });
  if (trial.error !== undefined) {
    const missing = "code" in trial.error && trial.error.code === "ENOENT";
    return missing ? "bwrap is not installed" : trial.error.message;
  }
  return trial.status === 0 ? undefined : trial.stderr.trim() || `bwrap ended with ${trial.status}`;
}

/** PATH inside the sandbox: where this machine's programs are, and Node. */
export function bubblewrapPath(): string {
  const standard = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  return nodeIsInUsr() ? standard : `${NODE_IN_SANDBOX}/bin:${standard}`;
}

/** Starts a sandbox with bubblewrap and the supervisor in it. */
export async function createBubblewrapHost(options: BubblewrapOptions): Promise<ProcessHost> {
  const node = nodeIsInUsr() ? realpathSync(process.execPath) : `${NODE_IN_SANDBOX}/bin/${basename(process.execPath)}`;
  await writeFile(below(options.layout.root, HOSTS_FILE), "127.0.0.1 localhost sandbox\n::1 localhost\n");
  // The arguments name host paths: they go through a pipe, as the command line can be read from inside.
  const child = spawn("bwrap", ["--args", "3", node, "-e", supervisorSource()], {
    env: { ...options.env },
    stdio: ["pipe", "pipe", "pipe", "pipe"],
    detached: true,
  });
  const argumentPipe = child.stdio[3] as Writable;
  argumentPipe.on("error", () => undefined);
  argumentPipe.end(
    bubblewrapArguments(options)
      .map((argument) => `${argument}\0`)
      .join(""),
  );
  const supervisor = new Supervisor(child, options.onDeath);
  await supervisor.ready();
  return supervisor;
}

function bubblewrapArguments({ layout, readOnlyPaths, shareNetwork }: BubblewrapOptions): string[] {
  const args = ["--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--hostname", "sandbox"];
  if (shareNetwork) args.push("--share-net");
  args.push("--ro-bind", "/usr", "/usr");
  for (const path of ["/bin", "/sbin", "/lib", "/lib32", "/lib64"]) {
    if (!existsSync(path)) continue;
    if (lstatSync(path).isSymbolicLink()) args.push("--symlink", readlinkSync(path), path);
    else args.push("--ro-bind", path, path);
  }
  for (const name of ETC) args.push("--ro-bind-try", `/etc/${name}`, `/etc/${name}`);
  if (shareNetwork) args.push("--ro-bind-try", "/etc/resolv.conf", "/etc/resolv.conf");
  args.push("--ro-bind", shareNetwork ? "/etc/hosts" : below(layout.root, HOSTS_FILE), "/etc/hosts");
  args.push("--proc", "/proc", "--dev", "/dev", "--dir", "/run", "--dir", "/var");
  if (!nodeIsInUsr()) args.push(...nodeBinds());
  args.push("--bind", below(layout.root, "/tmp"), "/tmp");
  for (const path of ownFolders(layout)) args.push("--bind", below(layout.root, path), path);
  for (const path of readOnlyPaths) args.push("--ro-bind", path, path);
  for (const { target, source, readOnly, kind } of layout.mounts) {
    if (kind === "tmpfs") args.push("--tmpfs", target);
    else args.push(readOnly ? "--ro-bind" : "--bind", source, target);
  }
  args.push("--remount-ro", "/", "--chdir", layout.workingDirectory);
  return args;
}

/** The sandbox's writable folders, without those inside another. */
function ownFolders({ root, paths, workingDirectory }: Layout): string[] {
  const wanted = [...new Set([...Object.values(paths), workingDirectory])].filter((path) =>
    existsSync(below(root, path)),
  );
  return wanted.filter((path) => !wanted.some((other) => path.startsWith(`${other}/`)));
}

function nodeIsInUsr(): boolean {
  return realpathSync(process.execPath).startsWith("/usr/");
}

/** The whole Node installation where it is one (npm beside it), else the program alone. */
function nodeBinds(): string[] {
  const program = realpathSync(process.execPath);
  const prefix = dirname(dirname(program));
  const whole = basename(dirname(program)) === "bin" && existsSync(join(prefix, "lib", "node_modules"));
  if (whole) return ["--ro-bind", prefix, NODE_IN_SANDBOX];
  return ["--ro-bind", program, `${NODE_IN_SANDBOX}/bin/${basename(process.execPath)}`];
}

interface Guest {
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly exit: Deferred<number>;
  /** Writes that wait for the process to take them. */
  readonly taken: (() => void)[];
  partsLeft: number;
}

/** The orchestrator's end of the supervisor's messages. */
class Supervisor implements ProcessHost {
  readonly #child: ChildProcess;
  readonly #guests = new Map<number, Guest>();
  readonly #ready = deferred<void>();
  readonly #gone = deferred<void>();
  #held: Buffer = Buffer.alloc(0);
  #next = 1;
  #message = "";
  #closing = false;

  constructor(child: ChildProcess, onDeath: (facts: string) => void) {
    this.#child = child;
    child.stdout?.on("data", (chunk: Buffer) => this.#read(chunk));
    child.stderr?.on("data", (chunk: Buffer) => {
      this.#message = (this.#message + chunk.toString("utf8")).slice(-2000);
    });
    child.stdin?.on("error", () => undefined);
    const over = (facts: string) => {
      const error = new Error(`the sandbox ended: ${facts}`);
      this.#ready.reject(error);
      for (const guest of this.#guests.values()) {
        guest.exit.reject(error);
        guest.stdout.push(null);
        guest.stderr.push(null);
        for (const done of guest.taken.splice(0)) done();
      }
      this.#guests.clear();
      this.#gone.resolve();
      if (!this.#closing) onDeath(facts);
    };
    child.on("error", (error) => over(error.message));
    child.on("close", (code, signal) => over(`${signal ?? `exit code ${code}`}. ${this.#message}`.trim()));
  }

  async ready(): Promise<void> {
    const timer = setTimeout(() => this.#ready.reject(new Error("no answer in time")), START_DEADLINE_SECONDS * 1000);
    try {
      await this.#ready.promise;
    } catch (error) {
      this.#closing = true;
      this.#child.kill("SIGKILL");
      throw new SandboxStartError(
        `bubblewrap did not start: ${error instanceof Error ? error.message : String(error)}`,
        {
          hint: 'Turn it off with { bubblewrap: "never" }, or allow unprivileged user namespaces.',
          cause: error,
        },
      );
    } finally {
      clearTimeout(timer);
    }
  }

  async spawn(
    command: readonly string[],
    options: { env: Readonly<Record<string, string>>; cwd: string; stdin: boolean },
  ): Promise<HostProcess> {
    const id = this.#next;
    this.#next += 1;
    const guest: Guest = {
      stdout: this.#output(id, FROM_SUPERVISOR.stdout),
      stderr: this.#output(id, FROM_SUPERVISOR.stderr),
      exit: deferred<number>(),
      taken: [],
      partsLeft: 3,
    };
    guest.exit.promise.catch(() => undefined);
    this.#guests.set(id, guest);
    const message: StartMessage = { command, ...options };
    this.#send(TO_SUPERVISOR.start, id, Buffer.from(JSON.stringify(message)));
    return {
      pid: undefined,
      stdin: options.stdin ? this.#input(id, guest) : undefined,
      stdout: guest.stdout,
      stderr: guest.stderr,
      exit: guest.exit.promise,
    };
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#child.kill("SIGKILL");
    await this.#gone.promise;
  }

  /** Forgets a process once its exit and the ends of both outputs have been told. */
  #partOver(id: number, guest: Guest): void {
    guest.partsLeft -= 1;
    if (guest.partsLeft === 0) this.#guests.delete(id);
  }

  #output(id: number, stream: number): Readable {
    return new Readable({
      highWaterMark: HIGH_WATER_BYTES,
      read: () => this.#send(TO_SUPERVISOR.resume, id, Buffer.from([stream])),
      destroy: (error, callback) => {
        this.#send(TO_SUPERVISOR.detach, id);
        callback(error);
      },
    });
  }

  #input(id: number, guest: Guest): Writable {
    return new Writable({
      write: (chunk: Buffer, _encoding, callback) => {
        guest.taken.push(() => callback());
        this.#send(TO_SUPERVISOR.stdin, id, chunk);
      },
      final: (callback) => {
        this.#send(TO_SUPERVISOR.stdinEnd, id);
        callback();
      },
      destroy: (error, callback) => {
        this.#send(TO_SUPERVISOR.stdinEnd, id);
        callback(error);
      },
    });
  }

  #send(type: number, id: number, payload: Buffer = Buffer.alloc(0)): void {
    if (this.#child.stdin?.writable !== true) return;
    const header = Buffer.alloc(9);
    header.writeUInt8(type, 0);
    header.writeUInt32BE(id, 1);
    header.writeUInt32BE(payload.length, 5);
    this.#child.stdin.write(Buffer.concat([header, payload]));
  }

  #read(chunk: Buffer): void {
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    let at = 0;
    while (this.#held.length - at >= 9) {
      const length = this.#held.readUInt32BE(at + 5);
      if (this.#held.length - at - 9 < length) break;
      const payload = this.#held.subarray(at + 9, at + 9 + length);
      this.#receive(this.#held.readUInt8(at), this.#held.readUInt32BE(at + 1), payload);
      at += 9 + length;
    }
    this.#held = this.#held.subarray(at);
  }

  #receive(type: number, id: number, payload: Buffer): void {
    if (type === FROM_SUPERVISOR.ready) {
      this.#ready.resolve();
      return;
    }
    const guest = this.#guests.get(id);
    if (guest === undefined) return;
    switch (type) {
      case FROM_SUPERVISOR.stdout:
      case FROM_SUPERVISOR.stderr: {
        const stream = type === FROM_SUPERVISOR.stdout ? guest.stdout : guest.stderr;
        if (stream.destroyed || stream.readableEnded) break;
        if (!stream.push(payload)) this.#send(TO_SUPERVISOR.pause, id, Buffer.from([type]));
        break;
      }
      case FROM_SUPERVISOR.stdoutEnd:
        guest.stdout.push(null);
        this.#partOver(id, guest);
        break;
      case FROM_SUPERVISOR.stderrEnd:
        guest.stderr.push(null);
        this.#partOver(id, guest);
        break;
      case FROM_SUPERVISOR.exit:
        guest.exit.resolve(Number(payload.toString("latin1")));
        this.#partOver(id, guest);
        break;
      case FROM_SUPERVISOR.failed:
        guest.exit.reject(new Error(payload.toString("utf8")));
        guest.stdout.push(null);
        guest.stderr.push(null);
        this.#guests.delete(id);
        break;
      default:
        guest.taken.shift()?.();
    }
  }
}
