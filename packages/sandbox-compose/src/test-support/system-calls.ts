/** What happened to a call: an error's name, `signal N` for the process that made it, or `open` for a success. */
export type CallResults = Readonly<Record<string, string>>;

const EPERM = ["EPERM"];
const NO_FAMILY = ["EPERM", "EAFNOSUPPORT"];
const KILLED = ["signal 31"];

/** Attempts by what they are called in {@link SYSTEM_CALLS_PROGRAM}, and what may come of them. */
export const REFUSED_ATTEMPTS: Readonly<Record<string, readonly string[]>> = {
  "io_uring_setup, a second way to most calls": EPERM,
  userfaultfd: EPERM,
  "keyctl, the host's keyrings": EPERM,
  add_key: EPERM,
  bpf: EPERM,
  perf_event_open: EPERM,
  mount: EPERM,
  umount2: EPERM,
  "unshare, a user namespace": EPERM,
  "unshare, a mount namespace": EPERM,
  "clone, a user namespace": EPERM,
  "clone3, whose flags no filter sees": ["ENOSYS"],
  setns: EPERM,
  "ptrace of itself": EPERM,
  process_vm_readv: EPERM,
  process_vm_writev: EPERM,
  pidfd_getfd: EPERM,
  kcmp: EPERM,
  open_by_handle_at: EPERM,
  name_to_handle_at: EPERM,
  chroot: EPERM,
  pivot_root: EPERM,
  fsopen: EPERM,
  move_mount: EPERM,
  open_tree: EPERM,
  fanotify_init: EPERM,
  init_module: EPERM,
  finit_module: EPERM,
  kexec_load: EPERM,
  "syslog, the kernel's messages": EPERM,
  mbind: EPERM,
  move_pages: EPERM,
  swapon: EPERM,
  acct: EPERM,
  quotactl: EPERM,
  "settimeofday, the host's clock": EPERM,
  "personality without address randomisation": EPERM,
  "a socket to the hypervisor (AF_VSOCK)": NO_FAMILY,
  "a socket to the kernel's ciphers (AF_ALG)": NO_FAMILY,
  "a raw socket (AF_PACKET)": NO_FAMILY,
  "a socket of AF_BLUETOOTH": NO_FAMILY,
  "a socket of AF_TIPC": NO_FAMILY,
  "a socket of AF_RDS": NO_FAMILY,
  "a socket of AF_KCM": NO_FAMILY,
  "a socket of AF_SMC": NO_FAMILY,
  "a socket of AF_XDP": NO_FAMILY,
};

/** The same for processors that know calls of other kinds. */
export const REFUSED_ON_X64: Readonly<Record<string, readonly string[]>> = {
  "32-bit socketcall, AF_VSOCK": KILLED,
  "32-bit socket, AF_VSOCK": KILLED,
  "32-bit io_uring_setup": KILLED,
  "32-bit mount": KILLED,
  "x32 socket, AF_VSOCK": KILLED,
  "x32 ptrace": KILLED,
};

/** Makes each attempt in a process of its own and prints {@link CallResults}. */
export const SYSTEM_CALLS_PROGRAM = String.raw`
import ctypes, errno, json, os, platform, signal, socket, struct
libc = ctypes.CDLL(None, use_errno=True)
X = platform.machine() == "x86_64"
zeros = ctypes.create_string_buffer(4096)

def call(number, *arguments):
    result = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(a) if isinstance(a, int) else a for a in arguments])
    if result < 0: raise OSError(ctypes.get_errno(), "")

def either(x64, arm64): return x64 if X else arm64

def compat(number, first=0, second=0, third=0):
    # push rbx; mov eax, ebx, ecx, edx; int 0x80; pop rbx; cdqe; ret
    code = b"\x53\xb8" + struct.pack("<I", number) + b"\xbb" + struct.pack("<I", first) + b"\xb9" + struct.pack("<I", second) + b"\xba" + struct.pack("<I", third) + b"\xcd\x80\x5b\x48\x98\xc3"
    result = ctypes.CFUNCTYPE(ctypes.c_long)(low(code))()
    if result < 0: raise OSError(-result, "")

def low(content):
    libc.mmap.restype = ctypes.c_void_p
    # read, write, execute; private, anonymous, below 4 GiB
    page = libc.mmap(None, ctypes.c_size_t(4096), 7, 0x62, -1, ctypes.c_long(0))
    ctypes.memmove(page, content, len(content))
    return page

def sock(family, kind): return lambda: socket.socket(family, kind, 0).close()

perf = ctypes.create_string_buffer(b"\x01\0\0\0\x80\0\0\0" + b"\0" * 120)
attempts = {
  "io_uring_setup, a second way to most calls": lambda: call(425, 8, zeros),
  "userfaultfd": lambda: call(either(323, 282), 0),
  "keyctl, the host's keyrings": lambda: call(either(250, 219), 0, -3, 0),
  "add_key": lambda: call(either(248, 217), b"user", b"name", b"x", 1, -3),
  "bpf": lambda: call(either(321, 280), 0, zeros, 128),
  "perf_event_open": lambda: call(either(298, 241), perf, 0, -1, -1, 0),
  "mount": lambda: call(either(165, 40), b"none", b"/mnt", b"tmpfs", 0, 0),
  "umount2": lambda: call(either(166, 39), b"/proc", 2),
  "unshare, a user namespace": lambda: call(either(272, 97), 0x10000000),
  "unshare, a mount namespace": lambda: call(either(272, 97), 0x00020000),
  "clone, a user namespace": lambda: call(either(56, 220), 0x10000000 | 17, 0, 0, 0, 0),
  "clone3, whose flags no filter sees": lambda: call(435, zeros, 64),
  "setns": lambda: call(either(308, 268), os.open("/proc/self/ns/net", os.O_RDONLY), 0),
  "ptrace of itself": lambda: call(either(101, 117), 0, 0, 0, 0),
  "process_vm_readv": lambda: call(either(310, 270), os.getpid(), 0, 0, 0, 0, 0),
  "process_vm_writev": lambda: call(either(311, 271), os.getpid(), 0, 0, 0, 0, 0),
  "pidfd_getfd": lambda: call(438, os.pidfd_open(os.getppid()), 0, 0),
  "kcmp": lambda: call(either(312, 272), os.getpid(), os.getpid(), 1, 0, 0),
  "open_by_handle_at": lambda: call(either(304, 265), -100, zeros, 0),
  "name_to_handle_at": lambda: call(either(303, 264), -100, b"/", ctypes.create_string_buffer(struct.pack("<II", 128, 0) + b"\0" * 128), ctypes.create_string_buffer(8), 0),
  "chroot": lambda: call(either(161, 51), b"/"),
  "pivot_root": lambda: call(either(155, 41), b"/", b"/"),
  "fsopen": lambda: call(430, b"tmpfs", 0),
  "move_mount": lambda: call(429, -100, b"/", -100, b"/mnt", 0),
  "open_tree": lambda: call(428, -100, b"/", 1),
  "fanotify_init": lambda: call(either(300, 262), 0x200, 0),
  "init_module": lambda: call(either(175, 105), zeros, 8, b""),
  "finit_module": lambda: call(either(313, 273), 0, b"", 0),
  "kexec_load": lambda: call(either(246, 104), 0, 0, 0, 0),
  "syslog, the kernel's messages": lambda: call(either(103, 116), 3, zeros, 4096),
  "mbind": lambda: call(either(237, 235), 0, 0, 0, 0, 0, 0),
  "move_pages": lambda: call(either(279, 239), 0, 0, 0, 0, 0, 0),
  "swapon": lambda: call(either(167, 224), b"/tmp/none", 0),
  "acct": lambda: call(either(163, 89), 0),
  "quotactl": lambda: call(either(179, 60), 0, 0, 0, 0),
  "settimeofday, the host's clock": lambda: call(either(164, 170), ctypes.create_string_buffer(struct.pack("<qq", -1, -1)), 0),
  "personality without address randomisation": lambda: call(either(135, 92), 0x0040000),
  "a socket to the hypervisor (AF_VSOCK)": sock(40, 1),
  "a socket to the kernel's ciphers (AF_ALG)": sock(38, 5),
  "a raw socket (AF_PACKET)": sock(17, 3),
  "a socket of AF_BLUETOOTH": sock(31, 3),
  "a socket of AF_TIPC": sock(30, 5),
  "a socket of AF_RDS": sock(21, 5),
  "a socket of AF_KCM": sock(41, 5),
  "a socket of AF_SMC": sock(43, 1),
  "a socket of AF_XDP": sock(44, 3),
}
if X:
  attempts.update({
    "32-bit socketcall, AF_VSOCK": lambda: compat(102, 1, low(struct.pack("<III", 40, 1, 0))),
    "32-bit socket, AF_VSOCK": lambda: compat(359, 40, 1, 0),
    "32-bit io_uring_setup": lambda: compat(425, 8, low(b"\0" * 256)),
    "32-bit mount": lambda: compat(21, 0, 0, 0),
    "x32 socket, AF_VSOCK": lambda: call(0x40000000 | 41, 40, 1, 0),
    "x32 ptrace": lambda: call(0x40000000 | 521, 0, 0, 0, 0),
  })

def outcome(attempt):
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try: attempt(); said = "open"
        except OSError as error: said = errno.errorcode.get(error.errno, str(error.errno))
        os.write(writer, said.encode())
        os._exit(0)
    os.close(writer)
    said = os.read(reader, 100).decode()
    os.close(reader)
    status = os.waitpid(child, 0)[1]
    return "signal %d" % os.WTERMSIG(status) if os.WIFSIGNALED(status) else said

print(json.dumps({name: outcome(attempt) for name, attempt in attempts.items()}))
`;

/** Ordinary work that the list of calls must leave alone; each is a program of Python. */
export const ORDINARY_WORK: Readonly<Record<string, string>> = {
  threads: `
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(8) as pool: assert sum(pool.map(lambda n: n * n, range(100))) == 328350`,
  ...Object.fromEntries(
    ["fork", "spawn", "forkserver"].map((method) => [
      `multiprocessing by ${method}`,
      `
import multiprocessing, os
if __name__ == "__main__":
    with multiprocessing.get_context("${method}").Pool(2) as pool: assert pool.map(abs, range(-3, 3)) == [3, 2, 1, 0, 1, 2]`,
    ]),
  ),
  "shared memory": `
from multiprocessing import shared_memory
one = shared_memory.SharedMemory(create=True, size=1 << 20); one.buf[0] = 7
two = shared_memory.SharedMemory(name=one.name); assert two.buf[0] == 7; two.close(); one.close(); one.unlink()`,
  "descriptors over a socket": `
import os, socket
a, b = socket.socketpair(); r, w = os.pipe(); socket.send_fds(a, [b"x"], [w]); _, fds, _, _ = socket.recv_fds(b, 10, 1)
os.write(fds[0], b"hi"); assert os.read(r, 2) == b"hi"`,
  "asyncio and its subprocesses": `
import asyncio
async def main():
    process = await asyncio.create_subprocess_exec("echo", "hi", stdout=asyncio.subprocess.PIPE)
    assert (await process.communicate())[0] == b"hi\\n"
asyncio.run(main())`,
  "a database with a write-ahead log": `
import os, sqlite3, tempfile
path = os.path.join(tempfile.mkdtemp(), "a.db"); db = sqlite3.connect(path); db.execute("pragma journal_mode=wal")
db.execute("create table t (a)"); db.execute("insert into t values (1)"); db.commit(); assert db.execute("select a from t").fetchone() == (1,)`,
  "a server on the loopback": `
import http.server, threading, urllib.request
server = http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
threading.Thread(target=server.serve_forever, daemon=True).start()
assert urllib.request.urlopen("http://127.0.0.1:%d/" % server.server_port).status == 200`,
  "memory maps and their locks": `
import fcntl, mmap, tempfile
file = tempfile.TemporaryFile(); file.truncate(1 << 20); fcntl.flock(file, fcntl.LOCK_EX); map = mmap.mmap(file.fileno(), 1 << 20); map[5] = 1; map.flush()`,
};
