/** Ends a process that leads a group with all that it started, such as an archiver. */
export function killGroup(leader: number): void {
  try {
    // Windows has no groups.
    process.kill(process.platform === "win32" ? leader : -leader, "SIGKILL");
  } catch {
    // All are gone.
  }
}
