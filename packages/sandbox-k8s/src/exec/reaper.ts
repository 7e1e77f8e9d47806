import { REAPER_SCRIPT, type TreeSignal } from "@mlebench/sandbox-compose";
import { PodUnavailableError } from "../errors.js";
import { CLAIM, watchdog } from "../life/watchdog.js";
import { bootCommand, bootScript } from "./boot.js";
import type { ExecConnection, OnData } from "./connection.js";

const ANSWER_DEADLINE_SECONDS = 60;
// containerd ends the input of an exec whose standard error is closed, and the reaper closes its own.
const HOLD_STDERR = "exec 9>&2";
/** Before a reaper that was killed, or cut off, is started again. */
const RESTART_PAUSE_MS = 1000;

export interface PodReaperOptions {
  readonly open: (command: readonly string[], onData: OnData) => Promise<ExecConnection>;
  /** The container ends so long after its last reaper was cut off; undefined when it is to outlive its program. */
  readonly orphanSeconds: number | undefined;
}

/**
 * Ends marked processes from inside one container, over one exec that stays open. Being open, it is also the sign that
 * whoever started the sandbox lives, so it is opened again whenever it breaks.
 */
export class PodReaper {
  readonly #open: PodReaperOptions["open"];
  readonly #program: string;
  #stopped = false;
  #connection: Promise<ExecConnection> | undefined;
  #sequence = 0;
  readonly #waiting = new Map<number, { resolve: (count: number) => void; reject: (error: unknown) => void }>();

  constructor({ open, orphanSeconds }: PodReaperOptions) {
    this.#open = open;
    this.#program = orphanSeconds === undefined ? REAPER_SCRIPT : `${REAPER_SCRIPT}\n${watchdog(orphanSeconds)}`;
  }

  /** Nothing is opened from now on. */
  stop(): void {
    this.#stopped = true;
  }

  /** Sends a signal to every process with the mark, and counts them; starts the reaper when it does not run. */
  async signal(signal: TreeSignal, mark: number): Promise<number> {
    this.#connection ??= this.#connect();
    const connection = await this.#connection;
    this.#sequence += 1;
    const sequence = this.#sequence;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<number>((resolve, reject) => {
        this.#waiting.set(sequence, { resolve, reject });
        timer = setTimeout(() => {
          reject(new Error(`the reaper did not answer within ${ANSWER_DEADLINE_SECONDS} s`));
          connection.terminate();
        }, ANSWER_DEADLINE_SECONDS * 1000);
        if (connection.ended()) reject(new Error("the reaper is gone"));
        else connection.write(Buffer.from(`${sequence} ${signal} ${mark}\n`), (error) => error && reject(error));
      });
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(sequence);
    }
  }

  async #connect(): Promise<ExecConnection> {
    let line = "";
    try {
      const start = `${HOLD_STDERR}\n${CLAIM}\nexport lifeline\n${this.#program}`;
      const script = bootScript(["/bin/sh", "-c", start, "reaper", this.#program], { input: true });
      const connection = await this.#open(bootCommand(script), (stream, chunk) => {
        if (stream === "stderr") return;
        line += chunk.toString("latin1");
        const answers = line.split("\n");
        line = answers.pop() ?? "";
        for (const answer of answers) {
          const [sequence, count] = answer.split(" ").map(Number);
          this.#waiting.get(sequence ?? 0)?.resolve(count ?? 0);
        }
      });
      connection.write(script, () => undefined);
      connection.closed.then(() => {
        this.#connection = undefined;
        for (const { reject } of this.#waiting.values()) reject(new Error("the reaper is gone"));
        this.#waiting.clear();
        this.#restart();
      });
      return connection;
    } catch (error) {
      this.#connection = undefined;
      throw error;
    }
  }

  #restart(): void {
    if (this.#stopped) return;
    setTimeout(() => {
      if (this.#stopped || this.#connection !== undefined) return;
      this.#connection = this.#connect();
      this.#connection.catch((error: unknown) => {
        const isOver = error instanceof PodUnavailableError && error.reason !== "daemon";
        if (!isOver) this.#restart();
      });
    }, RESTART_PAUSE_MS).unref();
  }
}
