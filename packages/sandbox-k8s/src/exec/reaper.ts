import {
  type OnOutput,
  REAPER_SCRIPT,
  type ReaperAnswer,
  ReaperAnswers,
  type ReaperRequest,
} from "@mlebench/sandbox-compose/provider-kit";
import { PodUnavailableError } from "../errors.js";
import { bootCommand, bootScript } from "./boot-script.js";
import type { ExecConnection } from "./connection.js";

// containerd ends the input of an exec whose standard error is closed, and the reaper closes its own.
const HOLD_STDERR = "exec 9>&2";
/** Before a reaper that was killed, or cut off, is started again. */
const RESTART_PAUSE_MS = 1000;

/**
 * Where the newest reaper of a container writes its pid; a folder of root's where there is one, so that no agent cleans
 * it away by accident.
 */
const PID_FILE = "sandbox-reaper.pid";

/** Shell that claims the container for the reaper that runs it, before its loop. */
const CLAIM = `lifeline=/run/${PID_FILE}
{ echo $$ >"$lifeline"; } 2>/dev/null || { lifeline=/dev/shm/${PID_FILE}; echo $$ >"$lifeline"; } 2>/dev/null`;

export interface PodReaperOptions {
  readonly open: (command: readonly string[], onOutput: OnOutput) => Promise<ExecConnection>;
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
  readonly #answers = new ReaperAnswers();

  constructor({ open, orphanSeconds }: PodReaperOptions) {
    this.#open = open;
    this.#program = orphanSeconds === undefined ? REAPER_SCRIPT : `${REAPER_SCRIPT}\n${watchdog(orphanSeconds)}`;
  }

  /** Nothing is opened from now on. */
  stop(): void {
    this.#stopped = true;
  }

  /** Asks the reaper, and starts it when it does not run. */
  async ask(request: ReaperRequest): Promise<ReaperAnswer> {
    this.#connection ??= this.#connect();
    const connection = await this.#connection;
    if (connection.ended()) throw new Error("the reaper is gone");
    const send = (line: string) => connection.write(Buffer.from(line), (error) => error && this.#answers.fail(error));
    return this.#answers.ask({ send, cut: () => connection.terminate() }, request);
  }

  async #connect(): Promise<ExecConnection> {
    try {
      const start = `${HOLD_STDERR}\n${CLAIM}\nexport lifeline\n${this.#program}`;
      const script = bootScript(["/bin/sh", "-c", start, "reaper", this.#program]);
      const connection = await this.#open(bootCommand(script), (stream, chunk) => {
        if (stream === "stdout") this.#answers.push(chunk);
      });
      connection.write(script, () => undefined);
      connection.closed.then(() => {
        this.#connection = undefined;
        this.#answers.fail();
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
        const isOver = PodUnavailableError.is(error) && error.reason !== "daemon";
        if (!isOver) this.#restart();
      });
    }, RESTART_PAUSE_MS).unref();
  }
}

/**
 * Shell that follows the reaper's loop, which ends with its connection: unless another reaper comes within so many
 * seconds, whoever started the sandbox is dead, and everything in the container is ended. Its pod then holds no
 * resources any more, and the next clean-up of anybody removes it.
 */
function watchdog(orphanSeconds: number): string {
  const pause = Math.min(5, orphanSeconds);
  return `waited=0
while [ "$waited" -lt ${orphanSeconds} ]; do
  sleep ${pause} || exit 0
  waited=$((waited + ${pause}))
  read -r holder <"$lifeline" || exit 0
  [ "$holder" = "$$" ] || exit 0
done
kill -s TERM -- -1
sleep 1
kill -s KILL -- -1`;
}
