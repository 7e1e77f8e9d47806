import { z } from "zod";

/** What an attack took: how many bytes were accepted, and by which error (or signal) it ended. */
export const AttackResult = z.object({ bytes: z.number(), end: z.string() });
export type AttackResult = z.infer<typeof AttackResult>;

/** Ways to take disk, by their names in {@link DISK_ATTACKS_PROGRAM}. */
export const DISK_ATTACKS = [
  "a visible file",
  "an unlinked open file",
  "a file without a name (O_TMPFILE)",
  "a sparse file, filled afterwards",
  "space preallocated in one call",
  "preallocated beyond the file's end",
  "an unlinked file mapped into memory",
  "many empty files",
  "many folders",
  "many symbolic links",
  "extended attributes",
  "deleted files in flight over a socket",
  "thousands of small deleted files held open",
  "four processes at once",
  "copies made by the kernel",
  "a file punched and filled again",
] as const;

/**
 * Makes one attack in a folder, until an error ends it or it took more than the given number of bytes. What it took is counted
 * by itself, from what the kernel accepted; everything is removed afterwards, as far as it has a name.
 */
export const DISK_ATTACKS_PROGRAM = String.raw`
import errno, json, mmap, os, shutil, signal, socket, sys, tempfile, ctypes
folder, name, most = sys.argv[1], sys.argv[2], int(sys.argv[3])
own = tempfile.mkdtemp(dir=folder)
MIB = 1 << 20
block = os.urandom(MIB)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

def fill(fd, most=most):
    taken = 0
    while taken < most:
        try: taken += os.write(fd, block)
        except OSError as error: return taken, errno.errorcode[error.errno]
    # What is written without an error can still be lost when it does not reach the disk.
    try: os.fsync(fd)
    except OSError as error: return taken, errno.errorcode[error.errno]
    return taken, "none"

def file(name="a"): return os.open(os.path.join(own, name), os.O_CREAT | os.O_RDWR)
def unlinked(name="a"):
    fd = file(name); os.unlink(os.path.join(own, name)); return fd

def many(make, each):
    count = 0
    try:
        while count * each < most: make(os.path.join(own, "n%d" % count)); count += 1
    except OSError as error: return count * each, errno.errorcode[error.errno]
    return count * each, "none"

def sparse():
    fd = file()
    try: os.ftruncate(fd, 10 << 30)
    except OSError as error: return 0, errno.errorcode[error.errno]
    os.lseek(fd, 0, 0); return fill(fd)
def preallocated(mode):
    fd = file(); libc = ctypes.CDLL(None, use_errno=True)
    # In one call, then in pieces for as long as they fit.
    if libc.fallocate(fd, mode, ctypes.c_long(0), ctypes.c_long(most)) == 0: return most, "none"
    taken = 0
    while taken < most:
        if libc.fallocate(fd, mode, ctypes.c_long(taken), ctypes.c_long(MIB)) != 0:
            return os.fstat(fd).st_blocks * 512, errno.errorcode[ctypes.get_errno()]
        taken += MIB
    return os.fstat(fd).st_blocks * 512, "none"
def mapped():
    reader, writer = os.pipe(); child = os.fork()
    if child == 0:
        fd = unlinked()
        try: os.ftruncate(fd, most)
        except OSError as error: os.write(writer, ("%s\n" % errno.errorcode[error.errno]).encode()); os._exit(1)
        map = mmap.mmap(fd, most)
        for at in range(0, most, MIB):
            map[at:at + MIB] = block; os.write(writer, b"\n")
        os._exit(0)
    os.close(writer); said = b""
    while chunk := os.read(reader, 65536): said += chunk
    status = os.waitpid(child, 0)[1]; lines = said.split(b"\n")
    if os.WIFSIGNALED(status): return (len(lines) - 1) * MIB, signal.Signals(os.WTERMSIG(status)).name
    return (len(lines) - 1) * MIB if os.WEXITSTATUS(status) == 0 else 0, lines[0].decode() or "none"
def attributes():
    value = os.urandom(3500); taken = 0
    for n in range(most // 4096 + 1):
        path = os.path.join(own, "x%d" % n)
        try:
            os.close(os.open(path, os.O_CREAT | os.O_RDWR)); os.setxattr(path, "user.x", value)
        except OSError as error: return taken, errno.errorcode[error.errno]
        taken += 4096
    return taken, "none"
def in_flight():
    keep = []; taken = 0
    while taken < most:
        a, b = socket.socketpair(); fd = unlinked()
        part, end = fill(fd, 16 * MIB)
        socket.send_fds(a, [b"x"], [fd]); os.close(fd); keep.append((a, b)); taken += part
        if end != "none": return taken, end
    return taken, "none"
def held_open():
    import resource
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    piece = os.urandom(128 * 1024); taken = 0; count = 0
    while taken < most:
        try: fd = unlinked("h%d" % count); taken += os.write(fd, piece)
        except OSError as error: return taken, errno.errorcode[error.errno]
        count += 1
    return taken, "none"
def together():
    reader, writer = os.pipe(); children = []
    for n in range(4):
        child = os.fork()
        if child == 0:
            taken, end = fill(unlinked("p%d" % n)); os.write(writer, ("%d %s\n" % (taken, end)).encode()); os.read(gate_reader, 1); os._exit(0)
        children.append(child)
    said = b""
    while said.count(b"\n") < 4: said += os.read(reader, 4096)
    os.write(gate_writer, b"goon")
    for child in children: os.waitpid(child, 0)
    parts = [line.split() for line in said.decode().splitlines()]
    return sum(int(part[0]) for part in parts), parts[0][1]
def kernel_copies():
    source = file("s"); taken = os.write(source, block); count = 0
    try:
        while taken < most:
            target = file("c%d" % count); count += 1
            copied = os.copy_file_range(source, target, MIB, 0); taken += copied; os.close(target)
    except OSError as error: return taken, errno.errorcode[error.errno]
    return taken, "none"
def punched():
    fd = unlinked(); libc = ctypes.CDLL(None, use_errno=True)
    taken, end = fill(fd)
    libc.fallocate(fd, 3, ctypes.c_long(0), ctypes.c_long(8 * MIB))
    other = unlinked("b"); more, end = fill(other)
    return os.fstat(fd).st_blocks * 512 + more, end

gate_reader, gate_writer = os.pipe()
attacks = {
  "a visible file": lambda: fill(file()),
  "an unlinked open file": lambda: fill(unlinked()),
  "a file without a name (O_TMPFILE)": lambda: fill(os.open(own, os.O_TMPFILE | os.O_RDWR)),
  "a sparse file, filled afterwards": sparse,
  "space preallocated in one call": lambda: preallocated(0),
  "preallocated beyond the file's end": lambda: preallocated(1),
  "an unlinked file mapped into memory": mapped,
  "many empty files": lambda: many(lambda path: os.close(os.open(path, os.O_CREAT | os.O_WRONLY)), 256),
  "many folders": lambda: many(os.mkdir, 4096),
  "many symbolic links": lambda: many(lambda path: os.symlink("x" * 3000, path), 4096),
  "extended attributes": attributes,
  "deleted files in flight over a socket": in_flight,
  "thousands of small deleted files held open": held_open,
  "four processes at once": together,
  "copies made by the kernel": kernel_copies,
  "a file punched and filled again": punched,
}
try: taken, end = attacks[name]()
except OSError as error: taken, end = 0, errno.errorcode[error.errno]
shutil.rmtree(own, ignore_errors=True)
print(json.dumps({"bytes": taken, "end": end}))
`;
