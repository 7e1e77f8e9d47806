import { readFileSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { parseEnv } from "node:util";
import { messageOf } from "@mlebench/base";
import { CliUsageError } from "../errors.js";

/** Folders in a .env are relative to that file, not to where the command was called. */
const DIRECTORY_VARIABLES = new Set(["MLEBENCH_LOG_DIR", "INSPECT_LOG_DIR", "MLEBENCH_DATA_DIR"]);

/** What decides whose logs are believed: a file that lies in a folder must not. */
const NEVER_FROM_FILE = new Set(["MLEBENCH_LOG_KEY", "XDG_STATE_HOME", "HOME"]);

/** The `.env` file that was read, and the variables that it set. */
export interface EnvFile {
  readonly path: string;
  readonly names: ReadonlySet<string>;
}

/**
 * Reads the nearest `.env` from a folder upward into an environment. What is set already stays.
 * @returns undefined when there is none.
 */
export function loadEnvFile(directory: string, env: NodeJS.ProcessEnv): EnvFile | undefined {
  const path = findUpward(resolve(directory));
  if (!path) return undefined;
  let values: NodeJS.Dict<string>;
  try {
    values = parseEnv(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new CliUsageError(`${path} cannot be read: ${messageOf(cause)}`);
  }
  const names = new Set<string>();
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || env[name] !== undefined || NEVER_FROM_FILE.has(name)) continue;
    const isRelativeFolder =
      DIRECTORY_VARIABLES.has(name) && value !== "" && !isAbsolute(value) && !value.includes("://");
    names.add(name);
    env[name] = isRelativeFolder ? join(dirname(path), value) : value;
  }
  return { path, names };
}

function findUpward(directory: string): string | undefined {
  const path = join(directory, ".env");
  // Virtual environments of Python are often called .env too.
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) return path;
  const parent = dirname(directory);
  return parent === directory ? undefined : findUpward(parent);
}
