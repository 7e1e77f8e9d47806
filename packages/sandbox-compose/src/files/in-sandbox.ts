import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { Writable } from "node:stream";
import { type FileProblem, OutputLimitError, SandboxFileError } from "../errors.js";
import type { ExecStream, FileData, ReadFileOptions, Sandbox, WriteFileOptions } from "../provider.js";

const DEFAULT_MAX_READ_BYTES = 100 * 2 ** 20;
const DEADLINE_SECONDS = 600;
const MAX_MESSAGE_BYTES = 4096;

const NOT_FOUND = 11;
const DIRECTORY = 12;
const NOT_A_FILE = 13;
const PERMISSION = 14;
const PROBLEMS: Readonly<Record<number, FileProblem>> = {
  [NOT_FOUND]: "not-found",
  [DIRECTORY]: "directory",
  [NOT_A_FILE]: "not-a-file",
  [PERMISSION]: "permission",
};

const READ_SCRIPT = `if [ -d "$1" ]; then exit ${DIRECTORY}; fi
if [ ! -e "$1" ]; then exit ${NOT_FOUND}; fi
if [ ! -f "$1" ]; then exit ${NOT_A_FILE}; fi
if [ ! -r "$1" ]; then exit ${PERMISSION}; fi
exec cat -- "$1"`;

// $1 path, $2 where the content goes first.
const RECEIVE_SCRIPT = `if [ -d "$1" ]; then exit ${DIRECTORY}; fi
if [ ! -L "$1" ] && { [ -c "$1" ] || [ -b "$1" ]; }; then exit ${NOT_A_FILE}; fi
mkdir -p -- "\${2%/*}/" && cat >"$2"`;

// $3 mode, $4 owner or empty. Renamed into place, so that nobody reads half a file and a link is replaced, not followed.
const PLACE_SCRIPT = `chmod "$3" -- "$2" && { [ -z "$4" ] || chown "$4" -- "$2"; } && mv -f -- "$2" "$1"`;

type Streaming = Pick<Sandbox, "stream">;

/** Reads a file through a command, for any sandbox with a POSIX shell and cat. */
export async function readFileThrough(
  sandbox: Streaming,
  path: string,
  options: ReadFileOptions = {},
): Promise<Uint8Array> {
  checkPath(path);
  const maxBytes = options.maxBytes ?? DEFAULT_MAX_READ_BYTES;
  const stream = await sandbox.stream(["/bin/sh", "-c", READ_SCRIPT, "sh", path], {
    user: options.user,
    signal: withDeadline(options.signal),
  });
  stream.stdin.end();
  const message = tail(stream);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream.stdout) {
    const buffer = chunk as Buffer;
    bytes += buffer.length;
    if (!(bytes <= maxBytes)) {
      await stream.kill();
      throw new OutputLimitError(path, maxBytes);
    }
    chunks.push(buffer);
  }
  const { exitCode } = await stream.exit;
  options.signal?.throwIfAborted();
  if (exitCode !== 0) throw fileError(path, exitCode, message());
  return Buffer.concat(chunks);
}

/**
 * Writes a file through commands, for any sandbox with a POSIX shell and coreutils: one that takes the content, and one
 * that puts it into its place, as only here it is known whether the content was complete.
 */
export async function writeFileThrough(
  sandbox: Streaming,
  path: string,
  data: FileData,
  options: WriteFileOptions = {},
): Promise<void> {
  checkPath(path);
  if (path.endsWith("/")) throw new SandboxFileError(path, "directory", "names a folder");
  const { mode = 0o644, owner = "" } = options;
  if (!(Number.isInteger(mode) && mode >= 0 && mode <= 0o7777)) {
    throw new SandboxFileError(path, "failed", `${mode} is not a mode such as 0o644`);
  }
  const at = path.includes("/") ? path : `./${path}`;
  const part = `${at.slice(0, at.lastIndexOf("/"))}/.write-${randomUUID()}.part`;
  const broken = new AbortController();
  let writer: ExecStream | undefined;
  const run = async (script: string, content: FileData) => {
    writer = undefined;
    const stream = await sandbox.stream(["/bin/sh", "-c", script, "sh", at, part, mode.toString(8), owner], {
      signal: AbortSignal.any([withDeadline(options.signal), broken.signal]),
    });
    writer = stream;
    stream.stdout.resume();
    const message = tail(stream);
    // A writer that gave up (disk full) closes its input; its exit code says why.
    stream.stdin.on("error", () => undefined);
    // A writer that ended waits for no more data.
    const fed = Promise.race([feed(stream.stdin, content, stream.exit), stream.exit]);
    const [{ exitCode }] = await Promise.all([stream.exit, fed]);
    options.signal?.throwIfAborted();
    if (exitCode !== 0) throw fileError(path, exitCode, message());
  };
  try {
    await run(RECEIVE_SCRIPT, data);
    await run(PLACE_SCRIPT, "");
  } catch (error) {
    broken.abort();
    // Ended by that, but perhaps not quite yet.
    await writer?.kill().catch(() => undefined);
    await remove(sandbox, part);
    throw error;
  }
}

/** As far as it is there, and the sandbox too. */
async function remove(sandbox: Streaming, path: string): Promise<void> {
  try {
    const stream = await sandbox.stream(["rm", "-f", "--", path], { signal: withDeadline(undefined) });
    stream.stdin.end();
    stream.stdout.resume();
    stream.stderr.resume();
    await stream.exit;
  } catch {
    // Whoever writes learns the reason of the failure itself.
  }
}

/** @throws SandboxFileError for a path that no system call takes */
export function checkPath(path: string): void {
  if (path === "") throw new SandboxFileError(path, "not-found", "the path is empty");
  if (path.includes("\0")) throw new SandboxFileError(path, "failed", "the path holds a NUL byte");
}

async function feed(stdin: Writable, data: FileData, exit: Promise<unknown>): Promise<void> {
  let gone = false;
  const leave = () => {
    gone = true;
  };
  const over = exit.then(leave, leave);
  if (typeof data === "string" || data instanceof Uint8Array) {
    stdin.end(data);
    return;
  }
  for await (const chunk of data) {
    if (gone || stdin.destroyed) return;
    if (!stdin.write(chunk)) await Promise.race([once(stdin, "drain"), over]);
  }
  stdin.end();
}

function tail({ stderr }: ExecStream): () => string {
  let text = "";
  stderr.on("data", (chunk: Buffer) => {
    text = (text + chunk.toString("utf8")).slice(-MAX_MESSAGE_BYTES);
  });
  return () => text.trim();
}

function fileError(path: string, exitCode: number, message: string): SandboxFileError {
  const problem = PROBLEMS[exitCode] ?? problemOf(message);
  const facts = message === "" ? (FACTS[problem] ?? `exit code ${exitCode}`) : message;
  return new SandboxFileError(path, problem, facts);
}

const FACTS: Partial<Record<FileProblem, string>> = {
  "not-found": "there is no such file",
  directory: "is a folder",
  "not-a-file": "is not a regular file",
  permission: "may not be read",
};

function problemOf(message: string): FileProblem {
  if (/No space left|Disk quota/i.test(message)) return "no-space";
  if (/Permission denied|not permitted|Read-only/i.test(message)) return "permission";
  if (/No such file/i.test(message)) return "not-found";
  return "failed";
}

function withDeadline(signal: AbortSignal | undefined): AbortSignal {
  const deadline = AbortSignal.timeout(DEADLINE_SECONDS * 1000);
  return signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
}
