import { randomBytes, randomInt } from "node:crypto";
import { mkdir, realpath, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { currentOwner } from "@mlebench/base";
import { checkHostAccess } from "../compose/host-access.js";
import { mainService } from "../compose/services.js";
import type { ComposeSpec } from "../compose/spec.js";
import { SandboxStartError } from "../errors.js";
import type { MarkRange } from "../exec/command-marks.js";
import { LiveSandboxes } from "../live-sandboxes.js";
import { sandboxPaths } from "../paths.js";
import type { SandboxPaths, SandboxProvider, UpOptions } from "../provider.js";
import { bubblewrapPath, bubblewrapProblem, createBubblewrapHost } from "./bubblewrap.js";
import { below, type Layout, makeLayout, planLayout } from "./layout.js";
import { folderName, removeFolder, removeLocalLeftovers, writeState } from "./leftovers.js";
import { createOwnProcessesHost, ownProcessesCommand } from "./own-processes.js";
import { createDirectHost, type ProcessHost } from "./process-host.js";
import { ignoredKeys } from "./rlimits.js";
import { LocalSandbox } from "./sandbox.js";
import type { OnDeath } from "./supervised-host.js";

const MARKS_PER_SANDBOX = 2 ** 32;
const FIRST_MARK = 2 ** 48;
const MARK_BLOCKS = 2 ** 19;

/** What {@link createLocalProvider} takes. */
export interface LocalProviderOptions {
  /** Where sandboxes have their folders. @default below the system's temporary folder */
  readonly directory?: string;
  /** Use bubblewrap where it works, never, or fail without it. @default "auto" */
  readonly bubblewrap?: "auto" | "never" | "require";
  /** Without bubblewrap: give each sandbox a process tree of its own where the system allows (Linux, unshare). @default "auto" */
  readonly ownProcesses?: "auto" | "never";
  /** With bubblewrap: host paths to show at the same place, read-only, such as a Python environment. @default none */
  readonly readOnlyPaths?: readonly string[];
  /** @default 2 x CPUs */
  readonly maxSandboxes?: number;
  /** Where PATH and the locale are taken from; nothing else of it reaches a sandbox. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Sandboxes on this machine without containers, for demos, tests and trusted agents. With bubblewrap they have the paths of
 * a container, no network and a read-only system; without, nothing keeps a command from the rest of the machine, which is
 * said once in a warning. The image and what only a container can do are ignored, and named in the same warning.
 * @example
 * const provider = createLocalProvider();
 * await using sandbox = await provider.up(spec, { runId: "r1", name: "demo" });
 */
export function createLocalProvider(options: LocalProviderOptions = {}): SandboxProvider {
  const sandboxes = new LiveSandboxes(options.maxSandboxes);
  const directory = options.directory ?? join(tmpdir(), `mlebench-sandbox-${userInfo().username}`);
  let problem: string | undefined | null = null;
  let ownProcesses: readonly string[] | undefined;
  let warned = false;
  return {
    name: "local",
    up(spec, upOptions) {
      return sandboxes.start(upOptions, (onGone, signal) => {
        checkHostAccess(spec, upOptions);
        if (problem === null) {
          problem = options.bubblewrap === "never" ? "it is turned off" : bubblewrapProblem();
          if (problem !== undefined && options.ownProcesses !== "never") ownProcesses = ownProcessesCommand();
        }
        if (options.bubblewrap === "require" && problem !== undefined) {
          throw new SandboxStartError(`bubblewrap is required and cannot be used: ${problem}.`, {
            hint: "Install it (apt-get install bubblewrap) and allow unprivileged user namespaces.",
          });
        }
        if (!warned) {
          warned = true;
          warn(upOptions, warning(spec, upOptions, problem, ownProcesses !== undefined));
        }
        const means = { isolated: problem === undefined, ownProcesses };
        return startLocal(directory, options, means, spec, { ...upOptions, signal }, onGone);
      });
    },
    cleanup: (filter = {}) => removeLocalLeftovers(directory, filter),
    [Symbol.asyncDispose]: () => sandboxes[Symbol.asyncDispose](),
  };
}

function warning(spec: ComposeSpec, options: UpOptions, problem: string | undefined, ownProcesses: boolean): string {
  const isolation =
    problem === undefined
      ? "The local sandbox isolates with bubblewrap: no network, a read-only system, the sandbox's own processes only. It shares this machine's kernel, CPUs, memory and disk without limit."
      : `The local sandbox does NOT isolate (${problem}): commands can read, change and send whatever you can${ownProcesses ? "" : ", and end your other processes"}. Use it with agents that you trust, or use docker.`;
  const service = mainService(spec, options.service);
  const ignored = ignoredKeys(spec.services[service]!);
  const others = Object.keys(spec.services).filter((name) => name !== service);
  return [
    isolation,
    ...(ignored.length === 0 ? [] : [`Of the spec it ignores ${ignored.join(", ")}.`]),
    ...(others.length === 0 ? [] : [`It does not start the services ${others.join(", ")}.`]),
  ].join(" ");
}

function warn({ onProgress }: UpOptions, message: string): void {
  if (onProgress === undefined) process.emitWarning(message, { code: "SANDBOX_LOCAL" });
  else onProgress({ type: "warning", message });
}

/** What keeps a sandbox from the rest of the machine. */
interface Separation {
  /** By bubblewrap. */
  readonly isolated: boolean;
  /** The command that leads to a process tree of its own, where there is only that. */
  readonly ownProcesses: readonly string[] | undefined;
}

async function startLocal(
  directory: string,
  options: LocalProviderOptions,
  { isolated, ownProcesses }: Separation,
  spec: ComposeSpec,
  upOptions: UpOptions,
  onGone: () => void,
): Promise<LocalSandbox> {
  const { onProgress, runId, keep = false } = upOptions;
  const service = spec.services[mainService(spec, upOptions.service)]!;
  const id = `${upOptions.name.replaceAll(/[^A-Za-z0-9-]+/g, "-").slice(0, 24)}-${randomBytes(5).toString("hex")}`;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const folder = join(await realpath(directory), folderName(id));
  const marks = newMarks();
  try {
    await mkdir(folder, { mode: 0o700 });
    await writeState(folder, { runId, keep, owner: currentOwner(), marks });
    const layout = planLayout(join(folder, "root"), service, sandboxPaths(upOptions.paths));
    await makeLayout(layout, !isolated);
    const paths = isolated ? layout.paths : realPaths(layout);
    const env = environment(options.env ?? process.env, isolated, layout, paths, service.environment ?? {});
    await writeFile(below(layout.root, `${layout.paths.home}/.profile`), `PATH='${env["PATH"]}'\nexport PATH\n`);
    let sandbox: LocalSandbox | undefined;
    const host = await createHost({ isolated, ownProcesses }, layout, options, service.network_mode, env, (...death) =>
      sandbox?.died(...death),
    );
    sandbox = new LocalSandbox({
      id,
      layout,
      paths,
      service,
      env,
      marks,
      isolated,
      host,
      workingDirectory: isolated ? layout.workingDirectory : below(layout.root, layout.workingDirectory),
      remove: () => removeFolder(folder),
      keep,
      onProgress,
      onGone,
    });
    return sandbox;
  } catch (error) {
    await removeFolder(folder);
    throw error;
  }
}

async function createHost(
  { isolated, ownProcesses }: Separation,
  layout: Layout,
  options: LocalProviderOptions,
  networkMode: string | undefined,
  env: Readonly<Record<string, string>>,
  onDeath: OnDeath,
): Promise<ProcessHost> {
  if (!isolated) {
    return ownProcesses === undefined ? createDirectHost() : createOwnProcessesHost(ownProcesses, env, onDeath);
  }
  return createBubblewrapHost({
    layout,
    env,
    readOnlyPaths: options.readOnlyPaths ?? [],
    shareNetwork: networkMode === "host" || networkMode === "bridge",
    onDeath,
  });
}

function realPaths({ root, paths }: Layout): SandboxPaths {
  return {
    home: below(root, paths.home),
    data: below(root, paths.data),
    submission: below(root, paths.submission),
    code: below(root, paths.code),
    logs: below(root, paths.logs),
  };
}

function environment(
  host: Readonly<Record<string, string | undefined>>,
  isolated: boolean,
  layout: Layout,
  paths: SandboxPaths,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  return {
    PATH: isolated ? bubblewrapPath() : (host["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"),
    HOME: paths.home,
    TMPDIR: isolated ? "/tmp" : below(layout.root, "/tmp"),
    LANG: host["LANG"] ?? "C.UTF-8",
    ...own,
  };
}

function newMarks(): MarkRange {
  const first = FIRST_MARK + randomInt(MARK_BLOCKS) * MARKS_PER_SANDBOX;
  return { first, last: first + MARKS_PER_SANDBOX - 1 };
}
