import { Duplex, type Readable, type Writable } from "node:stream";
import {
  encodeTunnelFrame,
  MAX_PAYLOAD_BYTES,
  TUNNEL_FRAME,
  TunnelFrameReader,
  TunnelProtocolError,
} from "./tunnel-protocol.js";

/** Connections that one sandbox may hold at a time; the bridge itself accepts fewer. */
const MAX_CONNECTIONS = 32;
/** Bytes of one connection that may wait for the host before the bridge is told to pause it. */
const PAUSE_BYTES = 4 * MAX_PAYLOAD_BYTES;
/** Bytes of one connection that a bridge may still send after it was told to pause. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

export interface TunnelOptions {
  readonly fromBridge: Readable;
  readonly toBridge: Writable;
  readonly onReady: (port: number) => void;
  readonly onConnection: (connection: Duplex) => void;
}

/**
 * Host's end of the bridge: turns frames into one Duplex per connection made inside the sandbox.
 * @returns when the bridge's output ends.
 * @throws TunnelProtocolError when the sandbox breaks the protocol.
 */
export async function runTunnel({ fromBridge, toBridge, onReady, onConnection }: TunnelOptions): Promise<void> {
  const reader = new TunnelFrameReader();
  const connections = new Map<number, TunnelConnection>();
  toBridge.on("error", () => fromBridge.destroy());
  const send = (kind: number, connection: number, payload?: Uint8Array): Promise<void> =>
    new Promise((resolve) => {
      if (toBridge.destroyed || toBridge.writableEnded) resolve();
      else toBridge.write(encodeTunnelFrame(kind, connection, payload), () => resolve());
    });
  try {
    for await (const chunk of fromBridge) {
      for (const { kind, connection: id, payload } of reader.push(chunk as Buffer)) {
        const connection = connections.get(id);
        if (kind === TUNNEL_FRAME.ready) onReady(readPort(payload));
        else if (kind === TUNNEL_FRAME.open) {
          if (connection || connections.size >= MAX_CONNECTIONS) throw new TunnelProtocolError("too many connections");
          const opened = new TunnelConnection(id, send, () => connections.delete(id));
          connections.set(id, opened);
          onConnection(opened);
        } else if (kind === TUNNEL_FRAME.data) connection?.receive(payload);
        else if (kind === TUNNEL_FRAME.end) connection?.receiveEnd();
        else if (kind === TUNNEL_FRAME.close) {
          connections.delete(id);
          connection?.destroy();
        }
      }
    }
  } finally {
    for (const connection of connections.values()) connection.destroy();
  }
}

function readPort(payload: Uint8Array): number {
  const text = Buffer.from(payload.subarray(0, 8)).toString("latin1");
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_535) throw new TunnelProtocolError("a port that is no port");
  return port;
}

type Send = (kind: number, connection: number, payload?: Uint8Array) => Promise<void>;

class TunnelConnection extends Duplex {
  readonly #id: number;
  readonly #send: Send;
  readonly #onGone: () => void;
  #paused = false;

  constructor(id: number, send: Send, onGone: () => void) {
    super({ allowHalfOpen: true, readableHighWaterMark: PAUSE_BYTES });
    this.#id = id;
    this.#send = send;
    this.#onGone = onGone;
    // A client that goes away in the middle is no error of ours.
    this.on("error", () => undefined);
  }

  receive(payload: Uint8Array): void {
    if (this.destroyed || this.readableEnded) return;
    if (this.readableLength + payload.length > MAX_WAITING_BYTES) this.destroy();
    else if (!this.push(Buffer.from(payload)) && !this.#paused) {
      this.#paused = true;
      void this.#send(TUNNEL_FRAME.pause, this.#id);
    }
  }

  receiveEnd(): void {
    if (!this.destroyed) this.push(null);
  }

  override _read(): void {
    if (!this.#paused) return;
    this.#paused = false;
    void this.#send(TUNNEL_FRAME.resume, this.#id);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    const pieces: Promise<void>[] = [];
    for (let at = 0; at < chunk.length; at += MAX_PAYLOAD_BYTES) {
      pieces.push(this.#send(TUNNEL_FRAME.data, this.#id, chunk.subarray(at, at + MAX_PAYLOAD_BYTES)));
    }
    void Promise.all(pieces).then(() => callback());
  }

  override _final(callback: (error?: Error | null) => void): void {
    void this.#send(TUNNEL_FRAME.end, this.#id).then(() => callback());
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#onGone();
    void this.#send(TUNNEL_FRAME.close, this.#id);
    callback(error);
  }
}
