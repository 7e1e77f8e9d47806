/**
 * What runs inside the sandbox: a listener on loopback that carries TCP connections over its own standard input and
 * output, and knows nothing else. All thinking is done on the host. Two spellings of one program, because images
 * have Python or Node; both take the port as their only argument (0: any free one).
 */
export const PYTHON_BRIDGE = `
import os, select, socket, struct, sys
LIMIT, MOST = 65536, 16
inp, out = 0, 1
conns, sendq, nxt, pending = {}, {}, 1, b""
ends, ended, quiet = set(), set(), set()
def emit(kind, conn, payload=b""):
    data = struct.pack(">cII", kind, conn, len(payload)) + payload
    while data:
        data = data[os.write(out, data):]
def drop(conn):
    sock = conns.pop(conn, None)
    sendq.pop(conn, None)
    for group in (ends, ended, quiet):
        group.discard(conn)
    if sock is not None:
        sock.close()
def flush(conn):
    sock, queue = conns.get(conn), sendq.get(conn)
    if sock is None:
        return
    try:
        while queue:
            sent = sock.send(queue)
            queue = queue[sent:]
    except BlockingIOError:
        pass
    except OSError:
        drop(conn)
        emit(b"C", conn)
        return
    sendq[conn] = queue
    if not queue and conn in ends:
        try:
            sock.shutdown(socket.SHUT_WR)
        except OSError:
            pass
server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("127.0.0.1", int(sys.argv[1])))
server.listen(64)
server.setblocking(False)
emit(b"R", 0, str(server.getsockname()[1]).encode())
while True:
    readers = [inp] + [s for c, s in conns.items() if c not in quiet]
    if len(conns) < MOST:
        readers.append(server)
    readable, writable, _ = select.select(readers, [s for c, s in conns.items() if sendq.get(c)], [])
    for conn in [c for c, s in conns.items() if s in writable]:
        flush(conn)
    if server in readable:
        try:
            sock, _ = server.accept()
            sock.setblocking(False)
            conns[nxt], sendq[nxt] = sock, b""
            emit(b"O", nxt)
            nxt += 1
        except OSError:
            pass
    for conn in [c for c, s in conns.items() if s in readable]:
        try:
            data = conns[conn].recv(LIMIT)
        except BlockingIOError:
            continue
        except OSError:
            drop(conn)
            emit(b"C", conn)
            continue
        if data:
            emit(b"D", conn, data)
        else:
            ended.add(conn)
            quiet.add(conn)
            emit(b"E", conn)
    if inp in readable:
        chunk = os.read(inp, LIMIT)
        if not chunk:
            break
        pending += chunk
        while len(pending) >= 9:
            kind, conn, size = struct.unpack(">cII", pending[:9])
            if len(pending) < 9 + size:
                break
            payload, pending = pending[9:9 + size], pending[9 + size:]
            if conn not in conns:
                continue
            if kind == b"D":
                sendq[conn] += payload
                flush(conn)
            elif kind == b"E":
                ends.add(conn)
                flush(conn)
            elif kind == b"P":
                quiet.add(conn)
            elif kind == b"U":
                if conn not in ended:
                    quiet.discard(conn)
            elif kind == b"C":
                drop(conn)
`.trimStart();

export const NODE_BRIDGE = `
const net = require("node:net");
const LIMIT = 65536, MOST = 16;
const conns = new Map(), quiet = new Set();
let next = 1, pending = Buffer.alloc(0);
function emit(kind, conn, payload = Buffer.alloc(0)) {
  const header = Buffer.alloc(9);
  header.write(kind, 0, "latin1");
  header.writeUInt32BE(conn, 1);
  header.writeUInt32BE(payload.length, 5);
  return process.stdout.write(Buffer.concat([header, payload]));
}
const server = net.createServer({ allowHalfOpen: true }, (socket) => {
  const conn = next++;
  conns.set(conn, socket);
  emit("O", conn);
  socket.on("data", (data) => {
    let room = true;
    for (let at = 0; at < data.length; at += LIMIT) room = emit("D", conn, data.subarray(at, at + LIMIT));
    if (!room) { socket.pause(); process.stdout.once("drain", () => { if (!quiet.has(conn)) socket.resume(); }); }
  });
  socket.on("end", () => emit("E", conn));
  socket.on("error", () => socket.destroy());
  socket.on("close", () => { quiet.delete(conn); if (conns.delete(conn)) emit("C", conn); });
});
server.maxConnections = MOST;
server.on("error", (error) => { process.stderr.write(String(error.message)); process.exit(1); });
server.listen(Number(process.argv[1]), "127.0.0.1", () => emit("R", 0, Buffer.from(String(server.address().port))));
process.stdin.on("data", (chunk) => {
  pending = Buffer.concat([pending, chunk]);
  while (pending.length >= 9) {
    const kind = String.fromCharCode(pending[0]), conn = pending.readUInt32BE(1), size = pending.readUInt32BE(5);
    if (pending.length < 9 + size) break;
    const payload = Buffer.from(pending.subarray(9, 9 + size));
    pending = pending.subarray(9 + size);
    const socket = conns.get(conn);
    if (!socket) continue;
    if (kind === "D") socket.write(payload);
    else if (kind === "E") socket.end();
    else if (kind === "P") { quiet.add(conn); socket.pause(); }
    else if (kind === "U") { quiet.delete(conn); socket.resume(); }
    else if (kind === "C") { conns.delete(conn); socket.destroy(); }
  }
});
process.stdin.on("end", () => process.exit(0));
process.stdout.on("error", () => process.exit(0));
`.trimStart();
