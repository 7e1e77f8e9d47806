import type { Duplex } from "node:stream";
import { SandboxError } from "../errors.js";

/** The engine refused or failed at something it was asked for. */
export class EngineError extends SandboxError {
  /** HTTP status, when there was an answer at all. */
  readonly status: number | undefined;

  constructor(message: string, status?: number, cause?: unknown) {
    super({ code: "DOCKER_REQUEST_FAILED", message, hint: "See what the engine says, and its log.", cause });
    this.status = status;
  }

  /** Nobody answered: the daemon is down, or went away meanwhile. */
  get unreachable(): boolean {
    return this.status === undefined;
  }
}

/** What a Docker engine says of itself. */
export interface EngineVersion {
  /** Who named the engine, in words: `DOCKER_HOST`, `the Docker context colima`, `the usual place`. */
  readonly foundBy: string;
  readonly version: string;
  readonly apiVersion: string;
  readonly operatingSystem: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly cgroupVersion: string;
  readonly isPodman: boolean;
  readonly isRootless: boolean;
  /** Whether containers can be given a list of system calls. */
  readonly hasSeccomp: boolean;
  readonly storageDriver: string;
  /** What the storage driver's files lie on, such as `extfs` or `xfs`; empty when the engine does not say. */
  readonly backingFilesystem: string;
  readonly runtimes: readonly string[];
  readonly dataRoot: string;
}

export interface ContainerState {
  readonly id: string;
  readonly running: boolean;
  readonly status: string;
  readonly exitCode: number;
  readonly oomKilled: boolean;
  readonly error: string;
  readonly health: { readonly status: string; readonly lastOutput: string } | undefined;
  readonly workingDirectory: string;
  readonly user: string;
  readonly env: Readonly<Record<string, string>>;
  /** What it writes, as folders of the engine's host; known of the overlay2 driver alone. */
  readonly layer: ContainerLayer | undefined;
}

/** The folders of one container below the engine's data root. */
export interface ContainerLayer {
  readonly folder: string;
  /** What the container wrote. */
  readonly upper: string;
  /** The container's root while it runs. */
  readonly merged: string;
}

export interface ImageFacts {
  readonly id: string;
  readonly command: readonly string[];
  readonly entrypoint: readonly string[];
  /** Paths that get a volume of their own in every container. */
  readonly volumes: readonly string[];
  /** Who its processes run as; empty is root. */
  readonly user: string;
}

export interface LabelledResource {
  /** What the engine removes it by. */
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface EngineExec {
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly stdin: boolean;
}

export interface StartedExec {
  readonly id: string;
  /** Multiplexed output comes out, raw input goes in. */
  readonly socket: Duplex;
}

/** How a short command ended. */
export interface EngineRun {
  /** Undefined when the engine does not say. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** What the container's path is, from the engine's answer; `link` before anything is followed. */
export interface PathFacts {
  readonly kind: "file" | "directory" | "link" | "special";
  readonly size: number;
}

export function stripFrames(logs: Buffer): string {
  const parts: Buffer[] = [];
  let at = 0;
  while (at + 8 <= logs.length && (logs[at] ?? 9) <= 2) {
    const length = logs.readUInt32BE(at + 4);
    parts.push(logs.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return Buffer.concat([...parts, logs.subarray(at)]).toString("utf8");
}

// Bits of Go's os.FileMode, which the engine's header carries.
const GO_DIRECTORY = 2 ** 31;
const GO_LINK = 2 ** 27;
const GO_SPECIAL = 2 ** 26 + 2 ** 25 + 2 ** 24 + 2 ** 21 + 2 ** 19;

export function kindOfGoMode(mode: number): PathFacts["kind"] {
  const has = (bits: number) => (BigInt(mode) & BigInt(bits)) !== 0n;
  if (has(GO_DIRECTORY)) return "directory";
  if (has(GO_LINK)) return "link";
  return has(GO_SPECIAL) ? "special" : "file";
}
