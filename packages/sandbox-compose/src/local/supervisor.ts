import type { SpawnOptions } from "./process-host.js";

/** Messages to the supervisor. */
export const TO_SUPERVISOR = {
  start: 1,
  stdin: 2,
  stdinEnd: 3,
  detach: 4,
  pause: 5,
  resume: 6,
  stopAll: 7,
  continueAll: 8,
} as const;
/** Messages from the supervisor. */
export const FROM_SUPERVISOR = {
  stdout: 1,
  stderr: 2,
  exit: 3,
  stdinTaken: 4,
  failed: 5,
  stdoutEnd: 6,
  stderrEnd: 7,
  ready: 8,
  signalled: 9,
} as const;

/** What a start message says. */
export interface StartMessage extends SpawnOptions {
  readonly command: readonly string[];
}

/**
 * The one process that runs in a local sandbox with a process tree of its own all the time and starts the commands there, so that they share their
 * namespaces: a server that one command starts can be reached by the next. Speaks in messages of type (1 byte), process
 * (4), length (4) and payload over its standard streams.
 *
 * Its source text is handed to `node -e`: it may use nothing but its parameters.
 */
function supervise(load: NodeJS.Require, to: typeof TO_SUPERVISOR, from: typeof FROM_SUPERVISOR): void {
  const { spawn } = load("node:child_process") as typeof import("node:child_process");
  const { constants } = load("node:os") as typeof import("node:os");
  const children = new Map<number, import("node:child_process").ChildProcess>();

  const send = (type: number, id: number, payload: Buffer = Buffer.alloc(0)): void => {
    const header = Buffer.alloc(9);
    header.writeUInt8(type, 0);
    header.writeUInt32BE(id, 1);
    header.writeUInt32BE(payload.length, 5);
    if (process.stdout.write(Buffer.concat([header, payload]))) return;
    for (const child of children.values()) {
      child.stdout?.pause();
      child.stderr?.pause();
    }
  };
  process.stdout.on("drain", () => {
    for (const child of children.values()) {
      child.stdout?.resume();
      child.stderr?.resume();
    }
  });

  const start = (id: number, message: StartMessage): void => {
    const [program = "", ...args] = message.command;
    let child: import("node:child_process").ChildProcess;
    try {
      child = spawn(program, args, {
        cwd: message.cwd,
        env: { ...message.env },
        detached: true,
        stdio: [message.stdin ? "pipe" : "ignore", "pipe", "pipe"],
      });
    } catch (error) {
      // Arguments that are too long, most often.
      send(from.stderr, id, Buffer.from(`sh: ${error instanceof Error ? error.message : String(error)}\n`));
      send(from.exit, id, Buffer.from("126"));
      send(from.stdoutEnd, id);
      send(from.stderrEnd, id);
      return;
    }
    children.set(id, child);
    child.on("error", (error) => {
      children.delete(id);
      send(from.failed, id, Buffer.from(error.message));
    });
    child.on("exit", (code, signal) => {
      const exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
      send(from.exit, id, Buffer.from(String(exitCode)));
    });
    child.on("close", () => children.delete(id));
    child.stdout?.on("data", (chunk: Buffer) => send(from.stdout, id, chunk));
    child.stderr?.on("data", (chunk: Buffer) => send(from.stderr, id, chunk));
    child.stdout?.on("close", () => send(from.stdoutEnd, id));
    child.stderr?.on("close", () => send(from.stderrEnd, id));
    // A command need not read its input.
    child.stdin?.on("error", () => undefined);
  };

  const receive = (type: number, id: number, payload: Buffer): void => {
    if (type === to.start) {
      start(id, JSON.parse(payload.toString("utf8")) as StartMessage);
      return;
    }
    if (type === to.stopAll || type === to.continueAll) {
      try {
        // All of its process tree but itself, in one call that no fork can slip past; the tree's first processes have such ids.
        if (process.pid < 10) process.kill(-1, type === to.stopAll ? "SIGSTOP" : "SIGCONT");
      } catch {
        // There is nobody.
      }
      send(from.signalled, id);
      return;
    }
    const child = children.get(id);
    if (type === to.stdin) {
      const taken = () => send(from.stdinTaken, id);
      if (child?.stdin == null || child.stdin.destroyed) taken();
      else child.stdin.write(payload, taken);
    } else if (type === to.stdinEnd) {
      child?.stdin?.end();
    } else if (type === to.detach) {
      child?.stdout?.destroy();
      child?.stderr?.destroy();
      child?.stdin?.destroy();
    } else {
      const stream = payload[0] === from.stdout ? child?.stdout : child?.stderr;
      if (type === to.pause) stream?.pause();
      else if (type === to.resume) stream?.resume();
    }
  };

  let held = Buffer.alloc(0);
  process.stdin.on("data", (chunk: Buffer) => {
    held = Buffer.concat([held, chunk]);
    let at = 0;
    while (held.length - at >= 9) {
      const length = held.readUInt32BE(at + 5);
      if (held.length - at - 9 < length) break;
      receive(held.readUInt8(at), held.readUInt32BE(at + 1), held.subarray(at + 9, at + 9 + length));
      at += 9 + length;
    }
    held = held.subarray(at);
  });
  // Nobody is left to serve: leaving ends the namespace and all that is in it.
  process.stdin.on("end", () => process.exit(0));
  send(from.ready, 0);
}

/** The program to give to `node -e`. */
export function supervisorSource(): string {
  return `(${supervise.toString()})(require, ${JSON.stringify(TO_SUPERVISOR)}, ${JSON.stringify(FROM_SUPERVISOR)})`;
}
