/** Names of files that hold one of the patterns on standard input: whatever can be read, links not followed. */
export const SEARCH_FILES = "grep -rlaF -D skip -f - / --exclude-dir=proc --exclude-dir=sys 2>/dev/null; exit 0";
/** All that can be learnt of processes: command lines, environments, open files, maps, and the kernel's own files. */
export const READ_PROCESSES = `for p in /proc/[0-9]*; do
  for f in cmdline environ maps mountinfo mounts status limits cgroup; do tr '\\0' '\\n' <$p/$f 2>/dev/null; done
  ls -l $p/fd $p/cwd $p/root $p/exe 2>/dev/null
done
cat /proc/mounts /proc/keys /proc/kcore /proc/cmdline /proc/net/* 2>/dev/null | head -c 1000000; exit 0`;
/**
 * Reads the memory of every other process as far as the kernel lets it. Patterns come on standard input, letters reversed, so
 * that those who pass them on are not found.
 */
export const READ_MEMORY = `
import os, sys
patterns = [line[::-1].encode() for line in sys.stdin.read().split()]
for pid in filter(str.isdigit, os.listdir("/proc")):
    if int(pid) == os.getpid():
        continue
    try:
        name = open(f"/proc/{pid}/cmdline").read()[:60]
        spaces = [line.split()[0].split("-") for line in open(f"/proc/{pid}/maps") if line.split()[1][0] == "r"]
        memory = open(f"/proc/{pid}/mem", "rb", 0)
    except OSError:
        continue
    for start, end in spaces:
        try:
            memory.seek(int(start, 16))
            bytes = memory.read(min(int(end, 16) - int(start, 16), 1 << 26))
        except (OSError, ValueError, OverflowError):
            continue
        if any(pattern in bytes for pattern in patterns):
            print("FOUND in", name)
`;

/** Texts as {@link READ_MEMORY} takes them, one a line. */
export function reversed(texts: readonly string[]): string {
  return texts.map((text) => [...text].reverse().join("")).join("\n");
}
