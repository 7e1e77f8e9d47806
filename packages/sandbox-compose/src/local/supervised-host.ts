import type { ChildProcess } from "node:child_process";
import { Readable, Writable } from "node:stream";
import { messageOf } from "@mlebench/base";
import { SandboxStartError } from "../errors.js";
import { type Deferred, deferred } from "../exec/deferred.js";
import type { HostProcess, ProcessHost, SpawnOptions } from "./process-host.js";
import { FROM_SUPERVISOR, type StartMessage, TO_SUPERVISOR } from "./supervisor.js";

const START_DEADLINE_SECONDS = 30;
const HIGH_WATER_BYTES = 256 * 1024;

interface Guest {
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly exit: Deferred<number>;
  /** Writes that wait for the process to take them. */
  readonly taken: (() => void)[];
  partsLeft: number;
}

/** Told when a supervisor died by itself. */
export type OnDeath = (
  facts: string,
  /** By what runs beside it, and not by somebody who ended what it runs in. */
  fromInside: boolean,
) => void;

/** The orchestrator's end of a supervisor's messages. */
export class SupervisedHost implements ProcessHost {
  readonly #child: ChildProcess;
  readonly #guests = new Map<number, Guest>();
  /** Signals to all that have not been answered. */
  readonly #signalled = new Map<number, Deferred<void>>();
  readonly #ready = deferred<void>();
  readonly #gone = deferred<void>();
  #held: Buffer = Buffer.alloc(0);
  #next = 1;
  #message = "";
  #closing = false;

  /**
   * @param child runs the supervisor, or what leads to it, with its three standard streams as pipes.
   * @param onDeath called when it dies by itself.
   */
  constructor(child: ChildProcess, onDeath: OnDeath) {
    this.#child = child;
    child.stdout?.on("data", (chunk: Buffer) => this.#read(chunk));
    child.stderr?.on("data", (chunk: Buffer) => {
      this.#message = (this.#message + chunk.toString("utf8")).slice(-2000);
    });
    child.stdin?.on("error", () => undefined);
    const over = (facts: string, fromInside: boolean) => {
      const error = new Error(`the sandbox ended: ${facts}`);
      this.#ready.reject(error);
      for (const guest of this.#guests.values()) {
        guest.exit.reject(error);
        guest.stdout.push(null);
        guest.stderr.push(null);
        for (const done of guest.taken.splice(0)) done();
      }
      this.#guests.clear();
      this.#gone.resolve();
      if (!this.#closing) onDeath(facts, fromInside);
    };
    child.on("error", (error) => over(error.message, false));
    // What runs inside cannot signal the process that leads there; its exit code says that the supervisor was ended.
    child.on("close", (code, signal) => {
      over(`${signal ?? `exit code ${code}`}. ${this.#message}`.trim(), signal === null);
    });
  }

  get root(): number | undefined {
    return this.#child.pid;
  }

  /**
   * Resolves once commands can be started.
   * @param what named in the error.
   * @throws SandboxStartError
   */
  async ready(what: string, hint: string): Promise<void> {
    const timer = setTimeout(() => this.#ready.reject(new Error("no answer in time")), START_DEADLINE_SECONDS * 1000);
    try {
      await this.#ready.promise;
    } catch (error) {
      this.#closing = true;
      this.#child.kill("SIGKILL");
      throw new SandboxStartError(`${what} did not start: ${messageOf(error)}`, { hint, cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  async spawn(command: readonly string[], options: SpawnOptions): Promise<HostProcess> {
    const id = this.#next;
    this.#next += 1;
    const guest: Guest = {
      stdout: this.#output(id, FROM_SUPERVISOR.stdout),
      stderr: this.#output(id, FROM_SUPERVISOR.stderr),
      exit: deferred<number>(),
      taken: [],
      partsLeft: 3,
    };
    guest.exit.promise.catch(() => undefined);
    this.#guests.set(id, guest);
    const message: StartMessage = { command, ...options };
    this.#send(TO_SUPERVISOR.start, id, Buffer.from(JSON.stringify(message)));
    return {
      pid: undefined,
      stdin: options.stdin ? this.#input(id, guest) : undefined,
      stdout: guest.stdout,
      stderr: guest.stderr,
      exit: guest.exit.promise,
    };
  }

  async whileStopped<Value>(act: () => Value): Promise<Value> {
    await this.#signalAll(TO_SUPERVISOR.stopAll);
    try {
      return act();
    } finally {
      await this.#signalAll(TO_SUPERVISOR.continueAll);
    }
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#child.kill("SIGKILL");
    await this.#gone.promise;
  }

  #signalAll(message: number): Promise<void> {
    const id = this.#next;
    this.#next += 1;
    const answer = deferred<void>();
    this.#signalled.set(id, answer);
    this.#send(message, id);
    return Promise.race([answer.promise, this.#gone.promise]);
  }

  /** Forgets a process once its exit and the ends of both outputs have been told. */
  #partOver(id: number, guest: Guest): void {
    guest.partsLeft -= 1;
    if (guest.partsLeft === 0) this.#guests.delete(id);
  }

  #output(id: number, stream: number): Readable {
    return new Readable({
      highWaterMark: HIGH_WATER_BYTES,
      read: () => this.#send(TO_SUPERVISOR.resume, id, Buffer.from([stream])),
      destroy: (error, callback) => {
        this.#send(TO_SUPERVISOR.detach, id);
        callback(error);
      },
    });
  }

  #input(id: number, guest: Guest): Writable {
    return new Writable({
      write: (chunk: Buffer, _encoding, callback) => {
        guest.taken.push(() => callback());
        this.#send(TO_SUPERVISOR.stdin, id, chunk);
      },
      final: (callback) => {
        this.#send(TO_SUPERVISOR.stdinEnd, id);
        callback();
      },
      destroy: (error, callback) => {
        this.#send(TO_SUPERVISOR.stdinEnd, id);
        callback(error);
      },
    });
  }

  #send(type: number, id: number, payload: Buffer = Buffer.alloc(0)): void {
    if (this.#child.stdin?.writable !== true) return;
    const header = Buffer.alloc(9);
    header.writeUInt8(type, 0);
    header.writeUInt32BE(id, 1);
    header.writeUInt32BE(payload.length, 5);
    this.#child.stdin.write(Buffer.concat([header, payload]));
  }

  #read(chunk: Buffer): void {
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    let at = 0;
    while (this.#held.length - at >= 9) {
      const length = this.#held.readUInt32BE(at + 5);
      if (this.#held.length - at - 9 < length) break;
      const payload = this.#held.subarray(at + 9, at + 9 + length);
      this.#receive(this.#held.readUInt8(at), this.#held.readUInt32BE(at + 1), payload);
      at += 9 + length;
    }
    this.#held = this.#held.subarray(at);
  }

  #receive(type: number, id: number, payload: Buffer): void {
    if (type === FROM_SUPERVISOR.ready) {
      this.#ready.resolve();
      return;
    }
    if (type === FROM_SUPERVISOR.signalled) {
      this.#signalled.get(id)?.resolve();
      this.#signalled.delete(id);
      return;
    }
    const guest = this.#guests.get(id);
    if (guest === undefined) return;
    switch (type) {
      case FROM_SUPERVISOR.stdout:
      case FROM_SUPERVISOR.stderr: {
        const stream = type === FROM_SUPERVISOR.stdout ? guest.stdout : guest.stderr;
        if (stream.destroyed || stream.readableEnded) break;
        if (!stream.push(payload)) this.#send(TO_SUPERVISOR.pause, id, Buffer.from([type]));
        break;
      }
      case FROM_SUPERVISOR.stdoutEnd:
      case FROM_SUPERVISOR.stderrEnd:
        (type === FROM_SUPERVISOR.stdoutEnd ? guest.stdout : guest.stderr).push(null);
        this.#partOver(id, guest);
        break;
      case FROM_SUPERVISOR.exit:
        guest.exit.resolve(Number(payload.toString("latin1")));
        this.#partOver(id, guest);
        break;
      case FROM_SUPERVISOR.failed:
        guest.exit.reject(new Error(payload.toString("utf8")));
        guest.stdout.push(null);
        guest.stderr.push(null);
        this.#guests.delete(id);
        break;
      default:
        guest.taken.shift()?.();
    }
  }
}
