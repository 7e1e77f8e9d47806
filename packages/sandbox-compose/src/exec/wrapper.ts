import { randomBytes, randomInt } from "node:crypto";

/**
 * Every command runs under a small POSIX shell that gives it two things.
 *
 * A mark: the hard limit on file locks (RLIMIT_LOCKS, which the kernel has ignored since 2.4.25) is set to a number of the
 * command's own. It is inherited by whatever the command starts, through setsid, nohup, double forks and emptied
 * environments, cannot be raised again without CAP_SYS_RESOURCE, and can be read by anybody in /proc/PID/limits. So a
 * command's processes can be found, and nobody else's.
 *
 * An end: once the command itself has exited, its exit code is written behind its output on both streams. So the end is
 * known at once and exactly, even while a daemon that the command started still holds the streams open.
 */
export interface CommandMark {
  /** Value of the limit. */
  readonly mark: number;
  /** Secret that tells the end from output. */
  readonly token: string;
}

const MARK_BASE = 2 ** 40;
const MARK_RANGE = 2 ** 47;
const SEPARATOR = 0x1e;
const CGROUP_ROOT = "/sys/fs/cgroup";

const SET_MARK = 'ulimit -w "$1" 2>/dev/null || ulimit -x "$1" 2>/dev/null';
const CHANGE_DIRECTORY = 'if [ -n "$3" ]; then cd -- "$3" || exit 126; fi';

// Reads the cgroup's count of OOM kills, version 2 or 1, with builtins only.
const oomKills = (root: string): string => `oom_kills() {
  kills=-
  for file in ${root}/memory.events ${root}/memory/memory.oom_control; do
    if [ -r "$file" ]; then
      while read -r key value; do if [ "$key" = oom_kill ]; then kills=$value; fi; done <"$file"
    fi
  done
}`;

const WRITE_END = `printf '\\036%s %s %s %s\\036' "$token" "$code" "$before" "$kills"`;

// Also when the shell cannot even start a process, which is the sandbox's limit and the command's own doing. A signal that
// ends the shell (bash runs the trap then, dash does not) is passed on as an exit code.
const FINISH = `finish() {
  status=$?
  if [ -z "$code" ]; then
    code=$status
    if [ "$status" -lt 128 ]; then
      code=126
      echo 'sh: the sandbox cannot start another process' >&3
    fi
  fi
  oom_kills
  ${WRITE_END}
  ${WRITE_END} >&3
}
trap finish EXIT`;

/** How to wrap a command. */
export interface WrapOptions {
  /** Changed to before the command starts; exit code 126 when that fails. */
  readonly cwd?: string;
  /** Count the OOM kills of the cgroup that the command sees as its own. */
  readonly countOom?: boolean;
  /** Read what the command left of its input, which must end, before the end is written. */
  readonly drainInput?: boolean;
  /** Where the command sees its cgroup, version 1 or 2. @default "/sys/fs/cgroup" */
  readonly cgroupRoot?: string;
  /** Shell lines that run first, such as `ulimit -c 0`. */
  readonly prelude?: readonly string[];
}

/** A name that no other command has, by which all processes of one command are found. */
export function newCommandMark(): CommandMark {
  return { mark: MARK_BASE + randomInt(MARK_RANGE), token: randomBytes(16).toString("hex") };
}

/** The command that runs `command` with the mark and writes its end. */
export function wrapCommand(
  command: readonly string[],
  { mark, token }: CommandMark,
  options: WrapOptions = {},
): string[] {
  const script = [
    ...(options.prelude ?? []),
    SET_MARK,
    options.countOom === true ? oomKills(options.cgroupRoot ?? CGROUP_ROOT) : "oom_kills() { kills=-; }",
    "oom_kills; before=$kills token=$2 code=",
    // The shell itself must not write "Killed" and the like between the command's lines.
    "exec 3>&2 2>/dev/null",
    FINISH,
    `( exec 2>&3 3>&-; ${CHANGE_DIRECTORY}; shift 3; exec "$@" )`,
    "code=$?",
    ...(options.drainInput === true ? ["cat >/dev/null"] : []),
    'exit "$code"',
  ].join("\n");
  return ["/bin/sh", "-c", script, "sh", String(mark), token, folderOf(options.cwd), ...command];
}

/** As `cd` takes it for a folder, not for the last one (`-`) and not below CDPATH. */
function folderOf(cwd = ""): string {
  return cwd === "" || cwd.startsWith("/") ? cwd : `./${cwd}`;
}

/** What the wrapper wrote behind the output. */
export interface CommandEnd {
  readonly exitCode: number;
  /** Whether the count of OOM kills grew; false where the kernel does not say. */
  readonly outOfMemory: boolean;
}

/** Passes one output stream on up to the command's end, which it takes out. */
export class EndScanner {
  readonly #prefix: Buffer;
  readonly #onOutput: (chunk: Uint8Array) => void;
  #held: Buffer = Buffer.alloc(0);
  #tail: string | undefined;
  #end: CommandEnd | undefined;

  constructor(token: string, onOutput: (chunk: Uint8Array) => void) {
    this.#prefix = Buffer.from(`\x1e${token} `, "latin1");
    this.#onOutput = onOutput;
  }

  /** Set once the command's end has been seen; whatever a daemon writes later is not its output. */
  get end(): CommandEnd | undefined {
    return this.#end;
  }

  push(chunk: Buffer): void {
    if (this.#end !== undefined) return;
    if (this.#tail !== undefined) {
      this.#readTail(this.#tail + chunk.toString("latin1"));
      return;
    }
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const at = bytes.indexOf(this.#prefix);
    if (at >= 0) {
      this.#emit(bytes.subarray(0, at));
      this.#held = Buffer.alloc(0);
      this.#readTail(bytes.subarray(at + this.#prefix.length).toString("latin1"));
      return;
    }
    const split = this.#possibleStart(bytes);
    this.#emit(bytes.subarray(0, split));
    this.#held = Buffer.from(bytes.subarray(split));
  }

  /** The stream is over: what was held back was output after all. */
  finish(): void {
    this.#emit(this.#held);
    this.#held = Buffer.alloc(0);
  }

  /** Where the last bytes may be the beginning of the end; the length when they are not. */
  #possibleStart(bytes: Buffer): number {
    let at = bytes.indexOf(SEPARATOR, Math.max(0, bytes.length - this.#prefix.length + 1));
    while (at >= 0 && !this.#prefix.subarray(0, bytes.length - at).equals(bytes.subarray(at))) {
      at = bytes.indexOf(SEPARATOR, at + 1);
    }
    return at < 0 ? bytes.length : at;
  }

  #emit(bytes: Buffer): void {
    if (bytes.length > 0) this.#onOutput(bytes);
  }

  #readTail(text: string): void {
    const stop = text.indexOf("\x1e");
    if (stop < 0) {
      this.#tail = text;
      return;
    }
    const [code = "", before, after] = text.slice(0, stop).split(" ");
    this.#end = { exitCode: Number(code), outOfMemory: Number(after) > Number(before) };
  }
}
