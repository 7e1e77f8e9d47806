import type { Duplex } from "node:stream";
import { SYSTEM_PATH } from "../exec/become-user.js";
import { type ReaperAnswer, ReaperAnswers, type ReaperRequest } from "../exec/reaper-answers.js";
import type { Engine } from "./engine.js";
import { FrameReader } from "./frames.js";

const CROWD = 100;
/** How often what is found is killed before anything goes on. */
const ROUNDS = 20;

/**
 * Reads requests `SEQUENCE SIGNAL MARK GROUP KNOWN...` and answers `SEQUENCE COUNT OTHERS...`: sends the signal to every
 * process that is in the group or whose hard limit on file locks is the mark, and counts them; OTHERS are the limits of the
 * rest that are lower than the reaper's own. With KNOWN also those with a lower limit that is none of these. TERM is sent to
 * each only once, however often it is asked for. Signal 0 only counts. The dead that nobody has reaped do not count.
 *
 * SWEEP is KILL, and LOOK is 0, with everything in the container stopped meanwhile, by one call that no fork can slip past,
 * and continued afterwards. Any request is answered like that when there is a crowd, most likely a fork bomb: what is stopped neither
 * starts another nor takes the processor from the one who counts.
 *
 * CAN counts 1 where it can run commands as others in the group GROUP, and 2 more where it can end what others run. LIVES
 * counts the process MARK.
 *
 * Built from shell builtins alone, as it must work when the container may not have another process, and it is started
 * before any hostile command for the same reason. In bash where there is one, which reads a file by lines and not byte by byte.
 */
export const REAPER_SCRIPT = `PATH=${SYSTEM_PATH}
if [ -z "$BASH_VERSION" ] && command -v bash >/dev/null 2>&1; then exec bash -c "$1" reaper "$1"; fi
if [ -n "$BASH_VERSION" ]; then
  status_of() {
    state=X groups= lines=
    mapfile -t -n 12 lines <"/proc/$1/status"
    for line in "\${lines[@]}"; do
      case $line in
        State:*) set -- $line; state=$2 ;;
        Gid:*) set -- $line; groups=" $2 " ;;
        Groups:*) groups="$groups\${line#Groups:?} " ;;
      esac
    done
  }
  limit_of() {
    limit= lines=
    mapfile -t -n 16 lines <"/proc/$1/limits"
    for line in "\${lines[@]}"; do
      case $line in "Max file locks "*) set -- $line; limit=$5 ;; esac
    done
  }
else
  status_of() {
    state=X groups=
    while read -r key first rest; do
      case $key in
        State:) state=$first ;;
        Gid:) groups=" $first " ;;
        Groups:) groups="$groups$first $rest "; return ;;
      esac
    done <"/proc/$1/status"
  }
  limit_of() {
    limit=
    while read -r a b c soft limit rest; do
      if [ "$a $b $c" = "Max file locks" ]; then return; fi
    done <"/proc/$1/limits"
  }
fi
exec 2>/dev/null
limit_of $$
own=$limit
# Whoever did this before may have been killed in the middle.
kill -s CONT -- -1
told= crowd=
while read -r sequence signal mark group known; do
  count=0 others= found= stopped=
  case $signal in
    CAN)
      setpriv --reuid 0 --regid 0 --groups "0,$group" true && count=1
      while read -r key value; do if [ "$key" = CapEff: ]; then break; fi; done <"/proc/$$/status"
      if [ "$((0x$value & 0x20))" -ne 0 ]; then count=$((count + 2)); fi
      printf '%s %s\\n' "$sequence" "$count"
      continue ;;
    LIVES)
      status_of "$mark"
      case $state in Z | X) ;; *) count=1 ;; esac
      printf '%s %s\\n' "$sequence" "$count"
      continue ;;
  esac
  if [ "$signal" = SWEEP ] || [ "$signal" = LOOK ] || [ -n "$crowd" ]; then
    stopped=yes
    kill -s STOP -- -1
  fi
  set -- /proc/[0-9]*
  if [ -z "$stopped" ] && [ "$#" -ge ${CROWD} ]; then
    stopped=yes
    kill -s STOP -- -1
    set -- /proc/[0-9]*
  fi
  rounds=0
  while :; do
    for path do
      process=\${path#/proc/}
      status_of "$process"
      case $state in Z | X) continue ;; esac
      case $groups in
        *" $group "*) ;;
        *)
          limit_of "$process"
          if [ "$limit" != "$mark" ]; then
            case " $own unlimited $others $known " in *" $limit "*) continue ;; esac
            if [ -z "$limit" ]; then continue; fi
            if [ -z "$known" ]; then others="$others $limit"; continue; fi
          fi ;;
      esac
      count=$((count + 1))
      case $signal in
        TERM)
          case $told in
            *" $process "*) ;;
            *)
              told="$told $process "
              kill -s TERM "$process"
              # A crowd is continued at the end: each that runs before takes time from this loop.
              if [ -z "$stopped" ]; then kill -s CONT "$process"; fi ;;
          esac ;;
        KILL | SWEEP) kill -s STOP "$process"; found="$found $process" ;;
      esac
    done
    if [ -z "$found" ]; then break; fi
    kill -s KILL $found
    # Who was in the midst of a fork stops after it, and so does the child, which could not be seen before.
    if [ -z "$stopped" ] || [ "$rounds" = ${ROUNDS} ]; then break; fi
    rounds=$((rounds + 1)) count=0 others= found=
    set -- /proc/[0-9]*
  done
  if [ "$stopped" = yes ]; then kill -s CONT -- -1; fi
  if [ "$count" = 0 ]; then told=; fi
  if [ "$count" -ge ${CROWD} ]; then crowd=yes; else crowd=; fi
  printf '%s %s%s\\n' "$sequence" "$count" "$others"
done`;

export interface ReaperOptions {
  /** Root, unless that may end nothing in this container. */
  readonly user: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Ends marked processes from inside one container, over one exec that stays open. */
export class Reaper {
  readonly #engine: Engine;
  readonly #containerId: string;
  readonly #options: ReaperOptions;
  #socket: Duplex | undefined;
  #starting: Promise<Duplex> | undefined;
  readonly #answers = new ReaperAnswers();

  constructor(engine: Engine, containerId: string, options: ReaperOptions) {
    this.#engine = engine;
    this.#containerId = containerId;
    this.#options = options;
  }

  /** Starts the reaper, or starts it again when somebody in the container killed it. */
  async start(): Promise<void> {
    await this.#connected();
  }

  async ask(request: ReaperRequest): Promise<ReaperAnswer> {
    const socket = await this.#connected();
    return this.#answers.ask({ send: (line) => socket.write(line), cut: () => socket.destroy() }, request);
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
      ...this.#options,
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
