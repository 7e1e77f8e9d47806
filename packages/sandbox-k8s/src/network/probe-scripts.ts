const PORT = 8099;
const TRY_SECONDS = 2;

/** Exit codes of {@link connectCommand}. */
export const REACHED = 10;
export const NOT_REACHED = 11;
/** The image has neither perl nor python3. */
export const NO_TOOL = 12;

/** Answers every connection with a word. */
export function listenCommand(word: string): string[] {
  return ["/bin/sh", "-c", `${WITH_TOOL}\nrun_tool "$LISTEN_PERL" "$LISTEN_PYTHON" "$1"`, "sh", word];
}

/**
 * Ends with {@link REACHED} once the word was heard, when that is expected; when it is not, with {@link NOT_REACHED} after
 * two tries in a row in vain, for network plugins take a moment to apply a policy to a new pod.
 */
export function connectCommand(word: string, address: string, expected: "reached" | "not-reached"): string[] {
  return ["/bin/sh", "-c", `${WITH_TOOL}\n${CONNECT}`, "sh", word, address, expected];
}

const WITH_TOOL = `LISTEN_PERL='use Socket;
sub from { my ($family, $address) = @_; socket(S, $family, SOCK_STREAM, 6) and bind(S, $address) and listen(S, 64) }
from(PF_INET6, pack_sockaddr_in6(${PORT}, Socket::IN6ADDR_ANY)) or from(PF_INET, pack_sockaddr_in(${PORT}, INADDR_ANY)) or exit 1;
while (1) { if (accept(C, S)) { syswrite(C, $ARGV[0]); close C } }'
LISTEN_PYTHON='import socket, sys
try: s = socket.socket(socket.AF_INET6); s.bind(("::", ${PORT}))
except OSError: s = socket.socket(); s.bind(("", ${PORT}))
s.listen(64)
while True:
  c, _ = s.accept(); c.sendall(sys.argv[1].encode()); c.close()'
CONNECT_PERL='use Socket; my ($word, $host) = @ARGV; alarm ${TRY_SECONDS};
my $six = $host =~ /:/;
socket(S, $six ? PF_INET6 : PF_INET, SOCK_STREAM, 6) or exit 1;
my $address = Socket::inet_pton($six ? AF_INET6 : AF_INET, $host);
connect(S, $six ? pack_sockaddr_in6(${PORT}, $address) : pack_sockaddr_in(${PORT}, $address)) or exit 1;
my $heard = ""; 1 while sysread(S, $heard, 4096, length $heard);
exit($heard eq $word ? 0 : 1)'
CONNECT_PYTHON='import socket, sys
try:
  s = socket.create_connection((sys.argv[2], ${PORT}), ${TRY_SECONDS}); heard = b""
  while True:
    more = s.recv(4096)
    if not more: break
    heard += more
except OSError: sys.exit(1)
sys.exit(0 if heard == sys.argv[1].encode() else 1)'
run_tool() {
  perl=$1 python=$2; shift 2
  if command -v perl >/dev/null 2>&1; then perl -e "$perl" "$@"
  elif command -v python3 >/dev/null 2>&1; then python3 -c "$python" "$@"
  else exit ${NO_TOOL}; fi
}`;

const CONNECT = `vain=0 tries=0
while [ "$tries" -lt 8 ]; do
  tries=$((tries + 1))
  if run_tool "$CONNECT_PERL" "$CONNECT_PYTHON" "$1" "$2"; then
    vain=0
    [ "$3" = reached ] && exit ${REACHED}
    sleep 1
  else
    vain=$((vain + 1))
    [ "$3" = not-reached ] && [ "$vain" = 2 ] && exit ${NOT_REACHED}
    [ "$3" = reached ] && sleep 1
  fi
done
[ "$3" = reached ] && exit ${NOT_REACHED}
exit ${REACHED}`;
