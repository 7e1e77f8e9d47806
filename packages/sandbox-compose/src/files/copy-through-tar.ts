import { posix } from "node:path";
import { Readable } from "node:stream";
import { codeOf } from "@mlebench/base";
import { SandboxFileError } from "../errors.js";
import type { CopyOutOptions, CopyOutResult, ExecStream, Sandbox } from "../provider.js";
import { copyFromTar, linkRefused } from "./from-tar.js";

/** What {@link copyThroughTar} takes. */
export interface CopyThroughTarOptions extends CopyOutOptions {
  /** Who reads the files. @default the sandbox's own user */
  readonly user?: string;
  /** Environment of the commands. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Copies a file or folder to the host through commands, for any sandbox with a POSIX shell and tar.
 * @throws SandboxFileError
 */
export async function copyThroughTar(
  sandbox: Pick<Sandbox, "exec" | "stream">,
  path: string,
  hostPath: string,
  { user, env, ...options }: CopyThroughTarOptions,
): Promise<CopyOutResult> {
  const execOptions = { user, env, signal: options.signal };
  const probe = await sandbox.exec(["/bin/sh", "-c", LINK_PROBE, "sh", path], execOptions);
  const absolute = posix.isAbsolute(path) ? posix.normalize(path) : probe.stderr.trim();
  if (probe.exitCode === 1) throw new SandboxFileError(path, "not-found", "there is no such file or folder");
  if (probe.exitCode === 2) throw linkRefused(path, probe.stdout);
  if (probe.exitCode === 3) throw new SandboxFileError(path, "not-a-file", "is a device, socket or pipe");
  if (probe.exitCode !== 0) throw new SandboxFileError(path, "failed", probe.stderr.trim());
  const tar = ["/bin/sh", "-c", TAR, "sh", posix.dirname(absolute), posix.basename(absolute)];
  const stream = await sandbox.stream(tar, execOptions);
  stream.stdin.end();
  stream.stderr.resume();
  try {
    return await copyFromTar(wholeOutput(stream), path, hostPath, options);
  } catch (error) {
    // An archive that breaks off is what a tar writes that was killed, or is not there.
    if (!(error instanceof Error) || codeOf(error) !== undefined || options.signal?.aborted) throw error;
    throw new SandboxFileError(path, "failed", error.message, { cause: error });
  } finally {
    await stream.kill();
  }
}

/**
 * The output of a command, which ends only once the command is known to have: an archive that a lost sandbox cut short
 * between two files looks whole.
 */
function wholeOutput({ stdout, exit }: ExecStream): Readable {
  async function* chunks(): AsyncIterable<Buffer> {
    for await (const chunk of stdout) yield chunk;
    await exit;
  }
  return Readable.from(chunks(), { objectMode: false });
}

// Prints the first part of the path that is a link and exits with 2; 1 when there is nothing, 3 when it is special. The
// absolute path goes to stderr.
const LINK_PROBE = `path=$1
case $path in /*) ;; *) path=$(pwd -P)/$path ;; esac
printf '%s' "$path" >&2
full=$path
IFS=/
set -f
at=
for part in \${path#/}; do
  [ -n "$part" ] || continue
  at=$at/$part
  if [ -L "$at" ]; then printf '%s' "$at"; exit 2; fi
  if [ ! -e "$at" ]; then exit 1; fi
done
if [ ! -f "$full" ] && [ ! -d "$full" ]; then exit 3; fi`;

// The order by name makes a copy that a limit cuts short the same every time; only GNU tar has it.
const TAR = `cd -- "$1" || exit 1
if tar --version 2>/dev/null | grep -q GNU; then exec tar --sort=name -cf - -- "$2" ; fi
exec tar -cf - -- "$2"`;
