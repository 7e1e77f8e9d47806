import type { Duplex } from "node:stream";
import type { TreeSignal } from "../exec/end-tree.js";
import { ReaperAnswers } from "../exec/reaper-answers.js";
import type { Engine } from "./engine.js";
import { FrameReader } from "./frames.js";

const CROWD = 100;
/** It runs as root: no program from a folder that the image's user owns. */
export const SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * Reads requests `SEQUENCE SIGNAL MARK` and answers `SEQUENCE COUNT`: sends the signal to every process that carries the
 * mark and counts them. TERM is sent to each only once, however often it is asked for. Signal 0 only counts. The dead that
 * nobody has reaped do not count.
 *
 * SWEEP is KILL with everything in the container stopped meanwhile, by one call that no fork can slip past, and continued
 * afterwards. Any request is answered like that when there is a crowd, most likely a fork bomb: what is stopped neither
 * starts another nor takes the processor from the one who counts.
 *
 * Built from shell builtins alone, as it must work when the container may not have another process, and it is started
 * before any hostile command for the same reason. In bash where there is one, which reads a file at once and not byte by byte.
 */
export const REAPER_SCRIPT = `PATH=${SYSTEM_PATH}
if [ -z "$BASH_VERSION" ] && command -v bash >/dev/null 2>&1; then exec bash -c "$1" reaper "$1"; fi
if [ -n "$BASH_VERSION" ]; then
  mark_of() {
    text=
    IFS= read -r -d '' text <"/proc/$1/limits"
    set -- \${text#*Max file locks}
    limit=$1
  }
else
  mark_of() {
    limit=
    while read -r a b c limit rest; do
      if [ "$a $b $c" = "Max file locks" ]; then return; fi
    done <"/proc/$1/limits"
  }
fi
alive() {
  while read -r key state rest; do
    if [ "$key" = State: ]; then
      [ "$state" != Z ] && [ "$state" != X ]
      return
    fi
  done <"/proc/$1/status"
  return 1
}
exec 2>/dev/null
# Whoever did this before may have been killed in the middle.
kill -s CONT -- -1
told=
while read -r sequence signal mark; do
  found=
  count=0
  set -- /proc/[0-9]*
  stopped=
  if [ "$signal" = SWEEP ] || [ "$#" -ge ${CROWD} ]; then
    stopped=yes
    kill -s STOP -- -1
    set -- /proc/[0-9]*
  fi
  for path do
    process=\${path#/proc/}
    mark_of "$process"
    if [ "$limit" = "$mark" ] && alive "$process"; then
      count=$((count + 1))
      case $signal in
        TERM)
          case $told in
            *" $process "*) ;;
            *) told="$told $process "; kill -s TERM "$process"; kill -s CONT "$process" ;;
          esac ;;
        KILL | SWEEP) kill -s STOP "$process"; found="$found $process" ;;
      esac
    fi
  done
  for process in $found; do kill -s KILL "$process"; done
  if [ "$stopped" = yes ]; then kill -s CONT -- -1; fi
  if [ "$count" = 0 ]; then told=; fi
  printf '%s %s\\n' "$sequence" "$count"
done`;

/** Ends marked processes from inside one container, over one exec that stays open. */
export class Reaper {
  readonly #engine: Engine;
  readonly #containerId: string;
  #socket: Duplex | undefined;
  #starting: Promise<Duplex> | undefined;
  readonly #answers = new ReaperAnswers();

  constructor(engine: Engine, containerId: string) {
    this.#engine = engine;
    this.#containerId = containerId;
  }

  /** Starts the reaper, or starts it again when somebody in the container killed it. */
  async start(): Promise<void> {
    await this.#connected();
  }

  /**
   * Sends a signal to every process with the mark.
   * @returns how many there were
   */
  async signal(signal: TreeSignal, mark: number): Promise<number> {
    const socket = await this.#connected();
    return this.#answers.ask({ send: (line) => socket.write(line), cut: () => socket.destroy() }, signal, mark);
  }

  close(): void {
    this.#socket?.destroy();
  }

  #connected(): Promise<Duplex> {
    if (this.#socket !== undefined) return Promise.resolve(this.#socket);
    this.#starting ??= this.#connect().finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  async #connect(): Promise<Duplex> {
    const { socket } = await this.#engine.startExec(this.#containerId, {
      command: ["/bin/sh", "-c", REAPER_SCRIPT, "reaper", REAPER_SCRIPT],
      user: "0:0",
      stdin: true,
    });
    const frames = new FrameReader((stream, chunk) => {
      if (stream === "stdout") this.#answers.push(chunk);
    });
    const gone = (error?: Error) => {
      if (this.#socket === socket) this.#socket = undefined;
      this.#answers.fail(error);
    };
    socket.on("data", (chunk: Buffer) => frames.push(chunk));
    socket.on("error", gone);
    socket.on("close", () => gone());
    socket.on("end", () => gone());
    this.#socket = socket;
    return socket;
  }
}
