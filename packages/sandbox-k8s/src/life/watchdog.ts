/**
 * Where the newest reaper of a container writes its pid; a folder of root's where there is one, so that no agent cleans
 * it away by accident.
 */
const PID_FILE = "sandbox-reaper.pid";

/** Shell that claims the container for the reaper that runs it, before its loop. */
export const CLAIM = `lifeline=/run/${PID_FILE}
{ echo $$ >"$lifeline"; } 2>/dev/null || { lifeline=/dev/shm/${PID_FILE}; echo $$ >"$lifeline"; } 2>/dev/null`;

/**
 * Shell that follows the reaper's loop, which ends with its connection: unless another reaper comes within so many
 * seconds, whoever started the sandbox is dead, and everything in the container is ended. Its pod then holds no
 * resources any more, and the next clean-up of anybody removes it.
 */
export function watchdog(orphanSeconds: number): string {
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
