import { spawn, spawnSync } from "node:child_process";
import { existsSync, lstatSync, readlinkSync, realpathSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Writable } from "node:stream";
import { codeOf } from "@mlebench/base";
import { bubblewrapSeccompProgram, hasBubblewrapProgram } from "../seccomp/bubblewrap-program.js";
import { below, type Layout } from "./layout.js";
import type { ProcessHost } from "./process-host.js";
import { type OnDeath, SupervisedHost } from "./supervised-host.js";
import { supervisorSource } from "./supervisor.js";

const NODE_IN_SANDBOX = "/opt/node";
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
/** The supervisor's standard streams come first. */
const ARGUMENTS_FD = 3;
const SECCOMP_FD = 4;

export interface BubblewrapOptions {
  readonly layout: Layout;
  readonly env: Readonly<Record<string, string>>;
  /** Host paths that are visible at the same place, read-only. */
  readonly readOnlyPaths: readonly string[];
  readonly shareNetwork: boolean;
  /** Called when the sandbox dies by itself. */
  readonly onDeath: OnDeath;
}

/**
 * Whether this machine lets bubblewrap make a sandbox.
 * @returns undefined when it does, or why not
 */
export function bubblewrapProblem(): string | undefined {
  if (process.platform !== "linux") return "there is no bubblewrap for this system";
  if (!hasBubblewrapProgram(process.arch)) return `there is no list of system calls for ${process.arch}`;
  const mounts = ["--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev"];
  const args = ["--unshare-all", "--die-with-parent", ...mounts, "--seccomp", "0", "true"];
  const input = bubblewrapSeccompProgram(process.arch);
  const trial = spawnSync("bwrap", args, { encoding: "utf8", timeout: 10_000, input });
  if (trial.error !== undefined) {
    return codeOf(trial.error) === "ENOENT" ? "bwrap is not installed" : trial.error.message;
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
  const child = spawn("bwrap", ["--args", String(ARGUMENTS_FD), node, "-e", supervisorSource()], {
    env: { ...options.env },
    stdio: ["pipe", "pipe", "pipe", "pipe", "pipe"],
    detached: true,
  });
  const send = (descriptor: number, text: string | Buffer) => {
    const pipe = child.stdio[descriptor] as Writable;
    pipe.on("error", () => undefined);
    pipe.end(text);
  };
  const args = bubblewrapArguments(options).map((argument) => `${argument}\0`);
  send(ARGUMENTS_FD, args.join(""));
  // bubblewrapProblem has looked whether there is one.
  if (hasBubblewrapProgram(process.arch)) send(SECCOMP_FD, bubblewrapSeccompProgram(process.arch));
  const host = new SupervisedHost(child, options.onDeath);
  await host.ready("bubblewrap", 'Turn it off with { bubblewrap: "never" }, or allow unprivileged user namespaces.');
  return host;
}

function bubblewrapArguments({ layout, readOnlyPaths, shareNetwork }: BubblewrapOptions): string[] {
  const args = ["--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--hostname", "sandbox"];
  args.push("--seccomp", String(SECCOMP_FD));
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
