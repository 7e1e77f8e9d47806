import { RunnerError } from "../errors.js";

/**
 * The bridge's wire format, both ways: 1 byte kind, 4 bytes connection, 4 bytes length (big endian), then the payload.
 * Everything that comes from the sandbox is hostile: kinds, connections and lengths are checked before a byte is kept.
 */
export const HEADER_BYTES = 9;
/** Longest payload of one frame; longer ones are split by the sender and refused by the reader. */
export const MAX_PAYLOAD_BYTES = 65_536;

export const TUNNEL_FRAME = {
  /** Bridge to host, once: listening; the payload is the port in decimal digits. */
  ready: 0x52,
  /** Bridge to host: a client connected. */
  open: 0x4f,
  /** Both ways: bytes of a connection. */
  data: 0x44,
  /** Both ways: the sender has no more bytes. */
  end: 0x45,
  /** Both ways: the connection is gone. */
  close: 0x43,
  /** Host to bridge: read no more from this connection for now, so that one slow upload does not hold up the others. */
  pause: 0x50,
  /** Host to bridge: read on. */
  resume: 0x55,
} as const;

export interface TunnelFrame {
  readonly kind: number;
  readonly connection: number;
  readonly payload: Uint8Array;
}

const KINDS = new Set<number>(Object.values(TUNNEL_FRAME));

/** The sandbox sent something that is not a frame. */
export class TunnelProtocolError extends RunnerError {
  constructor(message: string) {
    super({ code: "RUNNER_TUNNEL_PROTOCOL", message });
  }
}

export function encodeTunnelFrame(kind: number, connection: number, payload: Uint8Array = new Uint8Array()): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt8(kind, 0);
  header.writeUInt32BE(connection, 1);
  header.writeUInt32BE(payload.length, 5);
  return Buffer.concat([header, payload]);
}

/** Cuts a byte stream into frames; holds at most one unfinished frame. */
export class TunnelFrameReader {
  #pending: Buffer = Buffer.alloc(0);

  /** @throws TunnelProtocolError at the first byte that cannot be part of a frame. */
  *push(chunk: Uint8Array): Generator<TunnelFrame> {
    this.#pending = this.#pending.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#pending, chunk]);
    while (this.#pending.length >= HEADER_BYTES) {
      const kind = this.#pending.readUInt8(0);
      const connection = this.#pending.readUInt32BE(1);
      const length = this.#pending.readUInt32BE(5);
      if (!KINDS.has(kind)) throw new TunnelProtocolError(`unknown frame kind ${kind}`);
      if (length > MAX_PAYLOAD_BYTES) throw new TunnelProtocolError(`frame of ${length} bytes`);
      if (this.#pending.length < HEADER_BYTES + length) return;
      const payload = this.#pending.subarray(HEADER_BYTES, HEADER_BYTES + length);
      this.#pending = this.#pending.subarray(HEADER_BYTES + length);
      yield { kind, connection, payload };
    }
  }
}
