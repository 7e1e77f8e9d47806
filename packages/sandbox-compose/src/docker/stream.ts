import { type Duplex, Writable } from "node:stream";
import type { StreamDriver, StreamedCommand } from "../exec/stream-command.js";
import { wrapCommand } from "../exec/wrapper.js";
import { type ExecContext, exitCodeOf, follow, markDriver, type RunningExec, startExec } from "./exec.js";
import { FrameReader } from "./frames.js";

/** Streams commands by exec in one container. */
export function streamDriver(context: ExecContext): StreamDriver<RunningExec & StreamedCommand> {
  return {
    ...markDriver(context),
    async start(command, mark, { cwd, env, user }, onOutput) {
      const exec = await startExec(context, { command: wrapCommand(command, mark, { cwd }), env, user, stdin: true });
      const { socket } = exec;
      return {
        ...follow(exec, new FrameReader(onOutput)),
        stdin: inputOf(socket),
        pause: () => socket.pause(),
        resume: () => socket.resume(),
      };
    },
    async withoutEnd({ id, failure }) {
      const unavailable = await context.whyUnavailable(failure());
      if (unavailable !== undefined) throw unavailable;
      const code = await exitCodeOf(context, id);
      if (code === undefined) throw failure() ?? new Error("the engine does not say how the command ended");
      return code;
    },
  };
}

function inputOf(socket: Duplex): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, callback) {
      // The command ended without reading all: its exit code says the rest.
      if (socket.destroyed) callback();
      else socket.write(chunk, callback);
    },
    final(callback) {
      if (socket.destroyed) callback();
      else socket.end(callback);
    },
    destroy(error, callback) {
      if (!socket.destroyed) socket.end();
      callback(error);
    },
  });
}
