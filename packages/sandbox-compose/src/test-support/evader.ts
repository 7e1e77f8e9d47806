// System calls by their number, as perl has no name for them: x86-64 or arm64.
const isArm = process.arch === "arm64";
const PRLIMIT = isArm ? 261 : 302;
const SETGROUPS = isArm ? 159 : 116;
const UNSHARE = isArm ? 97 : 272;
const PRCTL = isArm ? 167 : 157;
const NEW_USER = 0x10000000;

/** Perl that lowers RLIMIT_LOCKS. */
export function lowerLocks(limit: string): string {
  return `my $limits = pack("QQ", ${limit}, ${limit}); syscall(${PRLIMIT}, 0, 10, $limits, 0)`;
}

/** Perl that leaves its parent, session and environment, does `evasion`, and keeps writing into the file. */
export function evader(evasion: string, file: string): string {
  return [
    'sub write_to { open my $f, ">", "$_[0].new"; print $f $_[1]; close $f; rename "$_[0].new", $_[0] } exit if fork',
    'use POSIX (); POSIX::setsid(); exit if fork; %ENV = (); $0 = "kworker"',
    evasion,
    `for (1 .. 1200) { write_to("${file}", $_); select undef, undef, undef, 0.05 }`,
  ].join("; ");
}

/** What a process may try so as not to be found, in perl. */
export function evasionsOf(file: string) {
  const again = `${lowerLocks("$i")}; write_to("${file}", $i); select undef, undef, undef, 0.01`;
  return {
    "lowers RLIMIT_LOCKS": lowerLocks("7"),
    "lowers RLIMIT_LOCKS again and again": `if (!fork) { for (my $i = 1000000; ; $i--) { ${again} } }`,
    "gives up its groups": `$) = "65534 65534"; syscall(${SETGROUPS}, 0, 0)`,
    "takes another group id": "$( = 12345; $) = 12345; POSIX::setgid(0)",
    "runs newgrp and sg":
      'system("echo | timeout 0.3 sg users -c true >/dev/null 2>&1; echo | timeout 0.2 newgrp users >/dev/null 2>&1")',
    "makes a user namespace": `syscall(${UNSHARE}, ${NEW_USER})`,
    "is called like a dead process":
      '$0 = "State:\\tZ (zombie)"; open my $c, ">", "/proc/self/comm"; print $c "State:\\tZ"; close $c',
    "cannot be dumped": `syscall(${PRCTL}, 4, 0, 0, 0, 0)`,
    "starts a successor every moment": `for (1 .. 2000) { exit if fork; write_to("${file}", "r$_") }`,
    "lowers RLIMIT_LOCKS and ignores TERM": `${lowerLocks("99")}; $SIG{$_} = "IGNORE" for qw(TERM INT HUP)`,
  };
}
