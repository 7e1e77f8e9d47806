import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, writeAtomically } from "@mlebench/base";
import { SandboxStartError } from "../errors.js";
import type { UpOptions } from "../provider.js";
import { dockerSeccompProfile } from "../seccomp/docker-profile.js";
import type { EngineVersion } from "./engine-answers.js";

const OPTION = /^seccomp[=:](?<value>.+)$/s;
/** What the engine knows by name. */
const NAMES = new Set(["unconfined", "builtin", "default"]);

/** The profile of all containers of one provider that have none of their own. */
export class SeccompProfile {
  readonly #directory: string;
  #writing: Promise<string> | undefined;
  #told = false;

  /** @param directory where it is written, for compose files to name. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Its file; undefined, and said once, where the engine has no seccomp. */
  async path({ hasSeccomp }: EngineVersion, { onProgress }: UpOptions): Promise<string | undefined> {
    if (hasSeccomp) {
      this.#writing ??= writeProfile(this.#directory);
      return this.#writing;
    }
    if (!this.#told) {
      const message = "This engine has no seccomp: sandboxes may use every system call that their capabilities allow.";
      onProgress?.({ type: "warning", message });
    }
    this.#told = true;
    return undefined;
  }
}

async function writeProfile(directory: string): Promise<string> {
  const text = dockerSeccompProfile();
  const path = join(directory, `seccomp-${createHash("sha256").update(text).digest("hex").slice(0, 8)}.json`);
  await writeAtomically(path, text, { mode: 0o600 });
  return path;
}

/** Whether a service says itself which system calls it may use. */
export function hasOwnSeccomp(options: readonly string[]): boolean {
  return options.some((option) => OPTION.test(option));
}

/**
 * Security options as the engine takes them: compose files name a seccomp profile by its file, as Podman does; Docker's engine
 * wants what is in it.
 * @throws SandboxStartError when the file cannot be read
 */
export async function engineSecurityOptions(
  options: readonly string[],
  { isPodman }: Pick<EngineVersion, "isPodman">,
): Promise<string[]> {
  return Promise.all(
    options.map(async (option) => {
      const value = OPTION.exec(option)?.groups?.["value"];
      if (value === undefined || NAMES.has(value) || value.startsWith("{") || isPodman) return option;
      try {
        return `seccomp=${await readFile(value, "utf8")}`;
      } catch (cause) {
        throw new SandboxStartError(`The seccomp profile ${value} cannot be read: ${messageOf(cause)}`, {
          hint: "Name an existing file in security_opt, or leave seccomp out for the profile of the sandboxes.",
          cause,
        });
      }
    }),
  );
}
