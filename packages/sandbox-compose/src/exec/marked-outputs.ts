import { Readable } from "node:stream";
import { deferred } from "./deferred.js";
import { type StreamName, WrappedOutputs } from "./wrapped-outputs.js";

const HIGH_WATER_BYTES = 256 * 1024;

/** The two outputs of a streamed command, which end where the command's own end was written. */
export interface MarkedOutputs {
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly wrapped: WrappedOutputs;
  /** Takes what arrived. @returns false when the stream's reader wants no more for now */
  push(stream: StreamName, chunk: Buffer): boolean;
  /** Nobody reads any more: what arrives from now on is dropped, up to the end. */
  drop(): void;
  /** Nothing more comes: the command has ended, or the connection is over. */
  finish(): void;
  readonly finished: Promise<void>;
  readonly ended: boolean;
}

/** @param onWanted called when a reader wants more of a stream */
export function markedOutputs(token: string, onWanted: (stream: StreamName) => void): MarkedOutputs {
  const readable = (name: StreamName) => new Readable({ highWaterMark: HIGH_WATER_BYTES, read: () => onWanted(name) });
  const outputs = { stdout: readable("stdout"), stderr: readable("stderr") };
  const roomy = { stdout: true, stderr: true };
  const finished = deferred<void>();
  let ended = false;
  let dropping = false;
  const take = (name: StreamName, chunk: Uint8Array) => {
    if (!dropping && !outputs[name].destroyed) roomy[name] = outputs[name].push(chunk);
  };
  const wrapped = new WrappedOutputs(token, take, () => {
    onWanted("stdout");
    onWanted("stderr");
  });
  return {
    ...outputs,
    wrapped,
    push(name, chunk) {
      if (ended) return true;
      roomy[name] = true;
      wrapped.push(name, chunk);
      if (wrapped.isFull(name)) return dropping;
      return roomy[name] || !isRead(outputs[name]);
    },
    drop() {
      dropping = true;
      onWanted("stdout");
      onWanted("stderr");
    },
    finish() {
      if (ended) return;
      wrapped.finish();
      ended = true;
      outputs.stdout.push(null);
      outputs.stderr.push(null);
      finished.resolve();
    },
    finished: finished.promise,
    get ended() {
      return ended;
    },
  };
}

/** An output that nobody looks at must not stop the other one. */
function isRead(stream: Readable): boolean {
  return stream.readableFlowing !== null || stream.listenerCount("readable") > 0;
}
