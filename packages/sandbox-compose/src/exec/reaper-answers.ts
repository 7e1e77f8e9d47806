import type { CommandMark } from "./command-marks.js";
import type { TreeSignal } from "./end-tree.js";

// Long: on a machine that others keep busy, an answer is late and not missing.
const ANSWER_DEADLINE_SECONDS = 60;

/** What a connection to a reaper (`REAPER_SCRIPT`) can do. */
export interface ReaperConnection {
  /** Sends a line to its input. */
  readonly send: (line: string) => void;
  /** Cuts it, as it does not answer. */
  readonly cut: () => void;
}

/** What a reaper can be asked for. */
export interface ReaperRequest {
  /** CAN: whether it may give commands to other users in a group of their own. LIVES: whether a process does. */
  readonly signal: TreeSignal | "CAN" | "LIVES";
  /** With LIVES a process id. */
  readonly mark: number;
  readonly group?: number;
  /** Limits that are known; any other that was lowered is signalled too. */
  readonly known?: readonly number[];
}

/** What a reaper answers. */
export interface ReaperAnswer {
  /** How many processes were signalled. */
  readonly count: number;
  /** The lowered limits of all others. */
  readonly others: readonly number[];
}

/** Whose processes a mark's are, and which limits were ever given. */
export interface KnownMarks {
  isKnown(limit: number): boolean;
  known(seen: readonly number[]): number[];
}

/**
 * Signals every process with a mark. Once a process is seen that lowered its limit to none that was given, also all such.
 * @returns how many there were
 */
export async function signalMarkedOrStrange(
  ask: (request: ReaperRequest) => Promise<ReaperAnswer>,
  signal: TreeSignal,
  { mark, group }: CommandMark,
  marks: KnownMarks,
): Promise<number> {
  const { count, others } = await ask({ signal, mark, group });
  if (others.every((limit) => marks.isKnown(limit))) return count;
  const strange = await ask({ signal, mark, group, known: marks.known(others) });
  return Math.max(count, strange.count);
}

/** The requests to a reaper, each with its answer, in whatever order the answers come. */
export class ReaperAnswers {
  #sequence = 0;
  #line = "";
  readonly #waiting = new Map<number, { resolve: (answer: ReaperAnswer) => void; reject: (error: unknown) => void }>();

  /** Has a signal sent to every process with the mark. */
  async ask(
    { send, cut }: ReaperConnection,
    { signal, mark, group, known = [] }: ReaperRequest,
  ): Promise<ReaperAnswer> {
    this.#sequence += 1;
    const sequence = this.#sequence;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<ReaperAnswer>((resolve, reject) => {
        this.#waiting.set(sequence, { resolve, reject });
        timer = setTimeout(() => {
          reject(new Error(`the reaper did not answer within ${ANSWER_DEADLINE_SECONDS} s`));
          cut();
        }, ANSWER_DEADLINE_SECONDS * 1000);
        send(`${[sequence, signal, mark, group ?? "-", ...known].join(" ")}\n`);
      });
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(sequence);
    }
  }

  /** Takes what the reaper wrote to its standard output. */
  push(chunk: Buffer): void {
    const answers = (this.#line + chunk.toString("latin1")).split("\n");
    this.#line = answers.pop() ?? "";
    for (const answer of answers) {
      const [sequence = 0, count = 0, ...others] = answer.trim().split(/\s+/).map(Number);
      this.#waiting.get(sequence)?.resolve({ count, others });
    }
  }

  /** The reaper is gone, and answers nothing any more. */
  fail(error?: Error): void {
    const words = this.#line.trim();
    const reason = error ?? new Error(`the reaper is gone${words === "" ? "" : `: ${words}`}`);
    this.#line = "";
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
  }
}
