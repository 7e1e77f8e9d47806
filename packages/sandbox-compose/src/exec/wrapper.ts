import { BECOME_USER } from "./become-user.js";
import type { CommandMark } from "./command-marks.js";

/**
 * Every command runs under a small POSIX shell that gives it three things.
 *
 * Its marks (see `CommandMarks`): the hard limit on file locks and, where the shell may, a group.
 *
 * A start: one byte and the shell's process id, written before anything of the command runs, so that nothing which the
 * command writes can be taken for a command that was never started.
 *
 * An end: once the command itself has exited, its exit code is written behind its output on both streams, so that output is
 * told from what a daemon writes later. A command may read how an end looks and write one itself; so an end only makes the
 * engine be asked whether the shell has exited (`believedEnd`).
 *
 * Neither the command nor this script stands in the shell's arguments, and its name is not `sh`: `pkill -f` and `killall`
 * of what the command runs do not find the shell. Signals that such programs send by default do not end it either.
 */
export interface WrappedCommand {
  readonly command: readonly string[];
  /** Variables that the command's own environment does not have. */
  readonly variables: Readonly<Record<string, string>>;
}

/** First byte that the wrapper writes to standard output when it starts the command; its process id and a newline follow. */
export const STARTED = 0x06;
/** The same when it cannot run the command as the user asked for; the reason follows. */
export const REFUSED = 0x15;

const CGROUP_ROOT = "/sys/fs/cgroup";
const SCRIPT_VARIABLE = "SANDBOX_RUN";
/** More words go as arguments, as naming each of them makes the script too long. */
const MOST_NAMED_WORDS = 500;
const SPARED_SIGNALS = "HUP INT QUIT ALRM TERM USR1 USR2";

const SET_MARK = (mark: number) => `ulimit -w ${mark} 2>/dev/null || ulimit -x ${mark} 2>/dev/null`;
const SET_NAME = `{ printf sandbox-command >/proc/$$/comm; } 2>/dev/null`;

/** Run as the command's user, who may not be allowed into a folder that the wrapper may enter. */
const ENTER = 'if [ -n "$1" ]; then cd -- "$1" || exit 126; fi; shift; exec "$@"';

// Reads the cgroup's count of OOM kills, version 2 or 1, with builtins only.
const oomKills = (root: string): string => `sb_oom_kills() {
  sb_kills=-
  for sb_file in ${root}/memory.events ${root}/memory/memory.oom_control; do
    if [ -r "$sb_file" ]; then
      while read -r sb_key sb_value; do if [ "$sb_key" = oom_kill ]; then sb_kills=$sb_value; fi; done <"$sb_file"
    fi
  done
}`;

const WRITE_END = `printf '\\036%s %s %s %s\\036' "$sb_token" "$sb_code" "$sb_before" "$sb_kills"`;

// Also when the shell cannot even start a process, which is the sandbox's limit and the command's own doing. A signal that
// ends the shell (bash runs the trap then, dash does not) is passed on as an exit code.
const FINISH = `sb_finish() {
  sb_status=$?
  if [ -z "$sb_code" ]; then
    sb_code=$sb_status
    if [ "$sb_status" -lt 128 ]; then
      sb_code=126
      echo 'sh: the sandbox cannot start another process' >&3
    fi
  fi
  sb_oom_kills
  ${WRITE_END}
  ${WRITE_END} >&3
}
trap sb_finish EXIT`;

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
  /** The wrapper runs as root, or as the user already, and has to let the command run as this user, in the mark's group. */
  readonly user?: string;
  /** With `user`: HOME becomes the user's. */
  readonly setHome?: boolean;
  /** Variables of the command that the wrapper must not have itself. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The command that runs `command` with the mark and writes its end, and the variables that it needs for that. */
export function wrapCommand(command: readonly string[], mark: CommandMark, options: WrapOptions = {}): WrappedCommand {
  const named = command.length <= MOST_NAMED_WORDS;
  const words = named ? Object.fromEntries(command.map((word, index) => [`SANDBOX_${index}`, word])) : {};
  const variables = { ...words, SANDBOX_TOKEN: mark.token, SANDBOX_CWD: folderOf(options.cwd) };
  const script = wrapperScript(Object.keys(words), mark, options);
  return {
    command: ["/bin/sh", "-c", `eval "$${SCRIPT_VARIABLE}"`, ...(named ? [] : ["sh", ...command])],
    variables: { ...variables, [SCRIPT_VARIABLE]: script },
  };
}

function wrapperScript(words: readonly string[], mark: CommandMark, options: WrapOptions): string {
  const { user, env = {}, prelude = [] } = options;
  const pairs = Object.entries(env).map(([key, value]) => quote(`${key}=${value}`));
  const before = pairs.length === 0 ? "" : `/usr/bin/env ${pairs.join(" ")} `;
  const inner = `/bin/sh -c ${quote(ENTER)} sh "$sb_cwd" "$@"`;
  return [
    ...(words.length === 0 ? [] : [`set -- ${words.map((name) => `"$${name}"`).join(" ")}`]),
    "sb_token=$SANDBOX_TOKEN sb_cwd=$SANDBOX_CWD",
    `unset ${[...words, "SANDBOX_TOKEN", "SANDBOX_CWD", SCRIPT_VARIABLE].join(" ")}`,
    ...prelude,
    SET_MARK(mark.mark),
    SET_NAME,
    ...(user === undefined ? [] : [`sb_user=${quote(user)} sb_mark=${mark.group ?? ""}`, BECOME_USER]),
    options.countOom === true ? oomKills(options.cgroupRoot ?? CGROUP_ROOT) : "sb_oom_kills() { sb_kills=-; }",
    "sb_oom_kills; sb_before=$sb_kills sb_code=",
    `printf '\\006%s\\n' "$$"`,
    // The shell itself must not write "Killed" and the like between the command's lines.
    "exec 3>&2 2>/dev/null",
    `trap '' ${SPARED_SIGNALS}`,
    FINISH,
    "(",
    `trap - EXIT ${SPARED_SIGNALS}; exec 2>&3 3>&-`,
    ...(user === undefined
      ? [pairs.length === 0 ? `set -- "$sb_cwd" "$@"; ${ENTER}` : `exec ${before}${inner}`]
      : [...(options.setHome === true ? ["HOME=$sb_home; export HOME"] : []), `sb_become ${before}${inner}`]),
    ")",
    "sb_code=$?",
    // By its full name: root must not run what the command's user put into a folder of PATH.
    ...(options.drainInput === true ? ["/bin/cat >/dev/null"] : []),
    'exit "$sb_code"',
  ].join("\n");
}

/** As `cd` takes it for a folder, not for the last one (`-`) and not below CDPATH. */
function folderOf(cwd = ""): string {
  return cwd === "" || cwd.startsWith("/") ? cwd : `./${cwd}`;
}

/** One word of a shell. */
export function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
