/** Idles. Does not end with 0 when told to, for then a pod counts as done, and why it was evicted is forgotten. */
export const KEEP_ALIVE_COMMAND: readonly string[] = [
  "/bin/sh",
  "-c",
  "trap 'exit 143' TERM; while :; do sleep 3600 & wait; done",
];
