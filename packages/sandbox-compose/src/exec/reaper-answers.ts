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

/** The requests to a reaper, each with its answer, in whatever order the answers come. */
export class ReaperAnswers {
  #sequence = 0;
  #line = "";
  readonly #waiting = new Map<number, { resolve: (count: number) => void; reject: (error: unknown) => void }>();

  /**
   * Has a signal sent to every process with the mark.
   * @returns how many there were
   */
  async ask({ send, cut }: ReaperConnection, signal: TreeSignal, mark: number): Promise<number> {
    this.#sequence += 1;
    const sequence = this.#sequence;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<number>((resolve, reject) => {
        this.#waiting.set(sequence, { resolve, reject });
        timer = setTimeout(() => {
          reject(new Error(`the reaper did not answer within ${ANSWER_DEADLINE_SECONDS} s`));
          cut();
        }, ANSWER_DEADLINE_SECONDS * 1000);
        send(`${sequence} ${signal} ${mark}\n`);
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
      const [sequence, count] = answer.split(" ").map(Number);
      this.#waiting.get(sequence ?? 0)?.resolve(count ?? 0);
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
