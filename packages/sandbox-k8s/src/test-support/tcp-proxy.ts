import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

/** A wire between the client and the API server, which a test can cut. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** Connections opened so far. */
  opened(): number;
  /** Resets every connection; new ones are let through. */
  cut(): void;
  /** Passes nothing on any more, and tells nobody. Connections that the other side gives up let new ones through. */
  freeze(): void;
  /** Refuses new connections until `mend`, and resets the present ones. */
  unplug(): Promise<void>;
  mend(): Promise<void>;
}

export async function startTcpProxy(target: URL): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const frozen = new Set<Socket>();
  let opened = 0;
  const onConnection = (near: Socket): void => {
    opened += 1;
    const far = connect(Number(target.port), target.hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on("data", (chunk) => {
        if (!frozen.has(from)) to.write(chunk);
      });
      from.on("error", () => to.destroy());
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  };
  let server: Server;
  const listen = async (port: number): Promise<void> => {
    server = createServer(onConnection).listen(port, "127.0.0.1");
    await once(server, "listening");
  };
  await listen(0);
  const address = server!.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  const close = async (): Promise<void> => {
    const closed = once(server, "close");
    server.close();
    cut();
    await closed;
  };
  return {
    port,
    opened: () => opened,
    cut,
    freeze: () => {
      for (const socket of sockets) frozen.add(socket);
    },
    unplug: close,
    mend: () => listen(port),
    [Symbol.asyncDispose]: async () => {
      if (server.listening) await close();
    },
  };
}
