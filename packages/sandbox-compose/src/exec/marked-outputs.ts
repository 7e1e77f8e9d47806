import { Readable } from "node:stream";
import { deferred } from "./deferred.js";
import type { StreamName } from "./run-command.js";
import { type CommandEnd, EndScanner } from "./wrapper.js";

const HIGH_WATER_BYTES = 256 * 1024;

/** The two outputs of a streamed command, which end where the command's own end was written. */
export interface MarkedOutputs {
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Takes what arrived. @returns false when the stream's reader wants no more for now */
  push(stream: StreamName, chunk: Buffer): boolean;
  /** Nobody reads any more: what arrives from now on is dropped, up to the end. */
  drop(): void;
  /** The connection is over: nothing more comes, whether the end was written or not. */
  finish(): void;
  /** The written end; undefined when the connection was over before it. */
  readonly end: Promise<CommandEnd | undefined>;
  readonly ended: boolean;
}

/** @param onWanted called when a reader wants more of a stream */
export function markedOutputs(token: string, onWanted: (stream: StreamName) => void): MarkedOutputs {
  const readable = (name: StreamName) => new Readable({ highWaterMark: HIGH_WATER_BYTES, read: () => onWanted(name) });
  const outputs = { stdout: readable("stdout"), stderr: readable("stderr") };
  const roomy = { stdout: true, stderr: true };
  const closed = { stdout: false, stderr: false };
  const scanner = (name: StreamName) => {
    return new EndScanner(token, (chunk) => {
      if (!dropping && !outputs[name].destroyed) roomy[name] = outputs[name].push(chunk);
    });
  };
  const scanners = { stdout: scanner("stdout"), stderr: scanner("stderr") };
  const end = deferred<CommandEnd | undefined>();
  let ended = false;
  let dropping = false;
  const close = (name: StreamName) => {
    if (closed[name]) return;
    closed[name] = true;
    scanners[name].finish();
    outputs[name].push(null);
  };
  const settle = () => {
    ended = true;
    end.resolve(scanners.stdout.end ?? scanners.stderr.end);
  };
  return {
    ...outputs,
    push(name, chunk) {
      if (closed[name]) return true;
      roomy[name] = true;
      scanners[name].push(chunk);
      if (scanners[name].end !== undefined) close(name);
      if (closed.stdout && closed.stderr) settle();
      return roomy[name] || closed[name] || !isRead(outputs[name]);
    },
    drop() {
      dropping = true;
      onWanted("stdout");
      onWanted("stderr");
    },
    finish() {
      close("stdout");
      close("stderr");
      settle();
    },
    end: end.promise,
    get ended() {
      return ended;
    },
  };
}

/** An output that nobody looks at must not stop the other one. */
function isRead(stream: Readable): boolean {
  return stream.readableFlowing !== null || stream.listenerCount("readable") > 0;
}
