import { Readable, Writable } from "node:stream";
import { Exec } from "@kubernetes/client-node";
import { abortable, parseJson, startDeadline, startTimer } from "@mlebench/base";
import type { OnOutput } from "@mlebench/sandbox-compose/provider-kit";
import { z } from "zod";
import type { Cluster } from "../api/cluster.js";
import { ClusterUnavailableError } from "../errors.js";

const OPEN_SECONDS = 30;
const MAX_STDIN_MESSAGE = 32 * 1024;
const CLOSE_CHANNEL = 255;

const Status = z.object({
  status: z.string().optional(),
  message: z.string().optional(),
  details: z
    .object({ causes: z.array(z.object({ reason: z.string().optional(), message: z.string().optional() })).optional() })
    .optional(),
});

/** How the server says that a command ended. */
export interface ExecStatus {
  /** Undefined when the command could not be started. */
  readonly exitCode: number | undefined;
  readonly message: string;
}

/** One exec: a websocket with the channels of the remote command protocol. */
export interface ExecConnection {
  /** Resolves when the socket is closed; the status is undefined when the connection was lost before the end. */
  readonly closed: Promise<ExecStatus | undefined>;
  ended(): boolean;
  write(data: Uint8Array, callback: (error?: Error | null) => void): void;
  endInput(): void;
  pause(): void;
  resume(): void;
  terminate(): void;
}

export interface OpenExecOptions {
  readonly pod: string;
  readonly container: string;
  /** How often to ask whether the other end is still there. */
  readonly heartbeatSeconds: number;
}

/**
 * Opens an exec in a container.
 * @throws the socket's error when the server refuses, e.g. because the pod is gone
 */
export async function openExec(
  { config, namespace }: Cluster,
  { pod, container, heartbeatSeconds }: OpenExecOptions,
  command: readonly string[],
  onOutput: OnOutput,
): Promise<ExecConnection> {
  const query = new URLSearchParams({ container, stdin: "true", stdout: "true", stderr: "true" });
  for (const word of command) query.append("command", word);
  let status: ExecStatus | undefined;
  let over = false;
  let inputEnded = false;
  // The client closes the process's own streams when it is not given others.
  const unused = new Writable({ write: (_chunk, _encoding, done) => done() });
  const { handler } = new Exec(config);
  Reflect.set(handler, "streams", { stdin: Readable.from([]), stdout: unused, stderr: unused });
  const path = `/api/v1/namespaces/${namespace}/pods/${pod}/exec?${query.toString()}`;
  const opening = handler.connect(path, null, (channel, bytes) => {
    if (bytes.length === 0) return true;
    if (channel === 1) onOutput("stdout", bytes);
    else if (channel === 2) onOutput("stderr", bytes);
    else if (channel === 3) {
      status = readStatus(bytes.toString("utf8"));
      return false;
    }
    return true;
  });
  const socket = await inTime(opening);
  if (!socket.protocol.startsWith("v5.")) {
    socket.terminate();
    throw new ClusterUnavailableError(
      `The API server speaks ${socket.protocol || "an unknown protocol"} for exec, without a way to end the input.`,
      { hint: "Kubernetes 1.30 or newer is needed (v5.channel.k8s.io)." },
    );
  }
  const closed = new Promise<ExecStatus | undefined>((resolve) => {
    let answered = true;
    // Without this a connection whose other end vanished would be waited for without end.
    let forgetPing: () => void;
    const pingLater = () => {
      forgetPing = startTimer(heartbeatSeconds * 1000, ping, { unref: true });
    };
    const ping = () => {
      pingLater();
      if (socket.readyState !== socket.OPEN || socket.isPaused) return;
      if (!answered) {
        socket.terminate();
        return;
      }
      answered = false;
      socket.ping();
    };
    pingLater();
    const answer = () => {
      answered = true;
    };
    socket.on("pong", answer);
    socket.on("message", answer);
    const finish = () => {
      forgetPing();
      over = true;
      resolve(status);
    };
    socket.on("error", () => socket.terminate());
    socket.on("close", finish);
    if (socket.readyState === socket.CLOSED) finish();
  });
  return {
    closed,
    ended: () => over || status !== undefined,
    write(data, callback) {
      if (socket.readyState !== socket.OPEN) {
        callback();
        return;
      }
      let at = 0;
      const next = (error?: Error | null): void => {
        if (error || at >= data.length) {
          callback(error);
          return;
        }
        const piece = data.subarray(at, at + MAX_STDIN_MESSAGE);
        at += piece.length;
        socket.send(Buffer.concat([Buffer.from([0]), piece]), next);
      };
      next();
    },
    endInput() {
      // Once only: a server that closes before it has read a second word resets the connection, and output that is still
      // on its way is lost.
      if (inputEnded) return;
      inputEnded = true;
      if (socket.readyState === socket.OPEN) socket.send(Buffer.from([CLOSE_CHANNEL, 0]));
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    terminate: () => socket.terminate(),
  };
}

function readStatus(text: string): ExecStatus {
  const parsed = Status.safeParse(parseJson(text));
  if (!parsed.success) return { exitCode: undefined, message: text };
  if (parsed.data.status === "Success") return { exitCode: 0, message: "" };
  const code = parsed.data.details?.causes?.find(({ reason }) => reason === "ExitCode")?.message;
  return { exitCode: code === undefined ? undefined : Number(code), message: parsed.data.message ?? text };
}

async function inTime<Value extends { terminate(): void }>(opening: Promise<Value>): Promise<Value> {
  const late = () => new Error(`the API server did not open an exec within ${OPEN_SECONDS} s`);
  using deadline = startDeadline(OPEN_SECONDS * 1000, late);
  opening.then(
    (socket) => {
      if (deadline.signal.aborted) socket.terminate();
    },
    () => undefined,
  );
  try {
    return await abortable(opening, deadline.signal);
  } catch (error) {
    if (error instanceof Error) throw error;
    const message =
      typeof error === "object" && error !== null && "message" in error ? String(error.message) : String(error);
    throw new Error(message, { cause: error });
  }
}
