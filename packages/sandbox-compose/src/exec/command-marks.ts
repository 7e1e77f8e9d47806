import { randomBytes, randomInt } from "node:crypto";

/** What tells the processes of one command from all others. */
export interface CommandMark {
  /** Value of the hard limit on file locks. */
  readonly mark: number;
  /** Group of the command's processes, where one can be given. */
  readonly group?: number;
  /** Tells the written end from output; whoever can read it may write an end, which is then not believed. */
  readonly token: string;
}

/** Where marks are taken from. */
export interface MarkRange {
  /** The lowest one that may be given. */
  readonly first: number;
  /** The highest. */
  readonly last: number;
}

/** Above every real user's and group's number, and below 2^31: users of directories end at 2000200000, systemd's at 2147352575. */
const FIRST_GROUP = 0x78000000;
const GROUPS = 0x07fe0000;
const LONGEST_STEP = 2 ** 12;
/** Marks that the sandbox already takes for its own before they are given: a command may start while it is looked at. */
const MARKS_AHEAD = 64;
const DEFAULT_RANGE: MarkRange = { first: 2 ** 40, last: 2 ** 52 };

/**
 * The marks of one sandbox's commands, by which a command's processes, and nobody else's, are found.
 *
 * A group is one that no other command has. It is inherited, stands in /proc/PID/status, and cannot be left or entered
 * without CAP_SETGID: a process that has none keeps it until it dies.
 *
 * The hard limit on file locks (RLIMIT_LOCKS, which the kernel has ignored since 2.4.25) is inherited as well, through
 * setsid, nohup, double forks and emptied environments, stands in /proc/PID/limits, and needs no privilege. It can be
 * lowered, not raised without CAP_SYS_RESOURCE. So marks fall, by steps that cannot be guessed: an older mark is out of
 * reach, and whoever lowers its limit has none that was ever given, and is found for that. What a process can still do is
 * take the mark of a command that started later and has processes left.
 */
export class CommandMarks {
  readonly #first: number;
  readonly #given = new Set<number>();
  readonly #ahead: number[] = [];
  #lowest: number;
  #group = FIRST_GROUP + randomInt(GROUPS);

  constructor({ first, last }: MarkRange = DEFAULT_RANGE) {
    this.#first = first;
    this.#lowest = last - randomInt(LONGEST_STEP);
    while (this.#ahead.length < MARKS_AHEAD) this.#ahead.push(this.#fall());
  }

  next(): Required<CommandMark> {
    this.#ahead.push(this.#fall());
    const mark = this.#ahead.shift()!;
    this.#given.add(mark);
    this.#group = this.#group + 1 < FIRST_GROUP + GROUPS ? this.#group + 1 : FIRST_GROUP;
    return { mark, group: this.#group, token: randomBytes(16).toString("hex") };
  }

  /** Whether a limit was given to a command, or will be. */
  isKnown(limit: number): boolean {
    return this.#given.has(limit) || this.#ahead.includes(limit);
  }

  /** Of the limits that were seen those that are known, and all that may be seen next. */
  known(seen: readonly number[]): number[] {
    return [...seen.filter((limit) => this.#given.has(limit)), ...this.#ahead];
  }

  #fall(): number {
    this.#lowest = Math.max(this.#first, this.#lowest - 1 - randomInt(LONGEST_STEP));
    return this.#lowest;
  }
}
