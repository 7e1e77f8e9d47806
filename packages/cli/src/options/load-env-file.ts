import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  type Stats,
  statSync,
} from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { parseEnv } from "node:util";
import { messageOf } from "@mlebench/base";
import { CliUsageError } from "../errors.js";

/** Folders in a .env are relative to that file, not to where the command was called. */
const DIRECTORY_VARIABLES = new Set(["MLEBENCH_LOG_DIR", "INSPECT_LOG_DIR", "MLEBENCH_DATA_DIR"]);
/** Far more than variables take. */
const LONGEST_FILE = 2 ** 18;

/** The `.env` file that was found, and what became of it. */
export interface EnvFile {
  readonly path: string;
  /** The variables that it set. */
  readonly names: ReadonlySet<string>;
  /** What of it was not taken, and why. */
  readonly warnings: readonly string[];
}

/** Who calls. */
interface Caller {
  /** Undefined where files have no owners. */
  readonly uid: number | undefined;
  /** Who called `sudo`. */
  readonly sudoUid: string | undefined;
}

/**
 * Reads the nearest `.env` from a folder upward into an environment. What is set already stays; of the rest only what the
 * table of `takeEnvFile` lets pass is taken, because the file may be a stranger's or an agent's.
 * @returns undefined when there is none.
 */
export async function loadEnvFile(
  directory: string,
  env: NodeJS.ProcessEnv,
  caller: Caller = { uid: process.geteuid?.(), sudoUid: env["SUDO_UID"] },
): Promise<EnvFile | undefined> {
  const path = findUpward(resolve(directory));
  if (!path) return undefined;
  const unusable = (reason: string, instead: string): EnvFile => ({
    path,
    names: new Set(),
    warnings: [`${path} is ignored: ${reason}. ${instead}`],
  });
  const stranger = ownersOf(path).find((uid) => !isTrusted(uid, caller));
  if (stranger !== undefined) {
    return unusable(
      `it belongs to another user (uid ${stranger}), who could choose settings of yours`,
      "Copy it, or `chown` it to yourself, if you trust what it says.",
    );
  }
  let text: string | undefined;
  try {
    text = readBounded(path);
  } catch (cause) {
    throw new CliUsageError(`${path} cannot be read: ${messageOf(cause)}`);
  }
  if (text === undefined) {
    return unusable(
      `it has more than ${LONGEST_FILE} bytes`,
      "Keep variables alone in it, or set them in the environment.",
    );
  }
  // Everybody calls without such a file sometimes; the table of providers takes time to load.
  const { takeEnvFile } = await import("@mlebench/runner");
  const { taken, warnings } = takeEnvFile(parseEnv(text), env, path, existsSync);
  for (const [name, value] of Object.entries(taken)) {
    const isRelativeFolder =
      DIRECTORY_VARIABLES.has(name) && value !== "" && !isAbsolute(value) && !value.includes("://");
    env[name] = isRelativeFolder ? join(dirname(path), value) : value;
  }
  return { path, names: new Set(Object.keys(taken)), warnings };
}

function findUpward(directory: string): string | undefined {
  const path = join(directory, ".env");
  // Virtual environments of Python are often called .env too; a pipe would never end.
  if (isFile(path)) return path;
  const parent = dirname(directory);
  return parent === directory ? undefined : findUpward(parent);
}

function isFile(path: string): boolean {
  try {
    // Without bigint, Node's realpathSync takes the next path for a pipe too when this one is, and finds no package any more.
    return statSync(path, { throwIfNoEntry: false, bigint: true })?.isFile() === true;
  } catch {
    // A link to itself, or a folder that may not be looked into.
    return false;
  }
}

/** Of the file, and of the link that leads to it. */
function ownersOf(path: string): number[] {
  return [lstatSync(path), statSync(path)].map(({ uid }: Stats) => uid);
}

/** The system's own files are as good as one's own; root is nobody's agent, and so trusts who called `sudo` alone. */
function isTrusted(owner: number, { uid, sudoUid }: Caller): boolean {
  return uid === undefined || owner === uid || owner === 0 || (uid === 0 && String(owner) === sudoUid);
}

/** @returns undefined for more than a file of variables has. */
function readBounded(path: string): string | undefined {
  // What was a file a moment ago may be a pipe now.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    if (!fstatSync(file).isFile()) return "";
    const buffer = Buffer.alloc(LONGEST_FILE + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < buffer.length; length += read) {
      read = readSync(file, buffer, length, buffer.length - length, null);
    }
    return length > LONGEST_FILE ? undefined : buffer.toString("utf8", 0, length);
  } finally {
    closeSync(file);
  }
}
