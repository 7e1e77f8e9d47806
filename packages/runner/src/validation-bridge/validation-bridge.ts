import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sleep, startTimer } from "@mlebench/base";
import type { ExecStream } from "@mlebench/sandbox-compose";
import { ValidationBridgeError } from "../errors.js";
import { NODE_BRIDGE, PYTHON_BRIDGE } from "./bridge-scripts.js";
import { runTunnel } from "./tunnel.js";
import { TunnelProtocolError } from "./tunnel-protocol.js";
import { createValidationServer, type ValidationServerOptions } from "./validation-server.js";

/** The part of a sandbox that the bridge needs. */
export interface BridgeSandbox {
  exec(
    command: string[],
    options?: { user?: string; timeoutSeconds?: number },
  ): Promise<{ exitCode: number; stdout: string; stderr: string }>;
  stream(command: string[], options?: { user?: string }): Promise<ExecStream>;
}

/** What {@link startValidationBridge} takes. */
export interface ValidationBridgeOptions extends Omit<ValidationServerOptions, "scratchDirectory"> {
  /** Port inside the sandbox; 0 takes any free one, for sandboxes that share the host's network. */
  readonly port: number;
  /** User that the bridge runs as inside the sandbox; undefined for the sandbox's own. */
  readonly user?: string;
  /** Told when the bridge had to be started again or gave up. */
  readonly onTrouble?: (message: string) => void;
  /** @default 30 */
  readonly startSeconds?: number;
}

/** A validation endpoint that is open until it is disposed of. */
export interface ValidationBridge extends AsyncDisposable {
  /** Where the endpoint answers inside the sandbox, for example `http://localhost:5000`. */
  readonly url: string;
}

// First where only root can write, as root runs it, and again when the agent has ended it.
const FIND_INTERPRETER = `own=$PATH
PATH=/usr/local/bin:/usr/bin:/bin
command -v python3 || command -v node && exit
PATH=$own:/opt/conda/bin
command -v python3 || command -v node`;

/** The agent may kill the bridge where it can; after this many starts it stays down. */
const MAX_STARTS = 10;

/**
 * Opens the validation endpoint inside a sandbox: a small listener there carries connections over the exec stream to
 * an HTTP server that lives in this process. Works with network none and with every provider that can stream an exec.
 * @throws ValidationBridgeError when neither python3 nor node is there, or the port cannot be bound.
 */
export async function startValidationBridge(
  sandbox: BridgeSandbox,
  options: ValidationBridgeOptions,
): Promise<ValidationBridge> {
  const command = await findInterpreter(sandbox, options.user);
  const scratchDirectory = await mkdtemp(join(tmpdir(), "mlebench-validate-"));
  const server = createValidationServer({ ...options, scratchDirectory });
  const stopping = new AbortController();
  let stream: ExecStream | undefined;
  let port = options.port;

  const start = async (): Promise<void> => {
    const started = await sandbox.stream([...command, String(port)], { user: options.user });
    stream = started;
    let complaint = "";
    started.stderr.on("data", (chunk: Buffer) => {
      if (complaint.length < 2000) complaint += chunk.toString("utf8");
    });
    await new Promise<void>((resolve, reject) => {
      const startSeconds = options.startSeconds ?? 30;
      const forgetLimit = startTimer(startSeconds * 1000, () => {
        void started.kill();
        reject(new ValidationBridgeError(`no answer in ${startSeconds} seconds`));
      });
      runTunnel({
        fromBridge: started.stdout,
        toBridge: started.stdin,
        onReady: (actual) => {
          forgetLimit();
          port = actual;
          resolve();
        },
        onConnection: (connection) => server.emit("connection", connection),
      })
        .catch((error: unknown) => (TunnelProtocolError.is(error) ? error.message : "its stream broke"))
        .then(async (breach) => {
          forgetLimit();
          if (breach) await started.kill().catch(() => undefined);
          reject(new ValidationBridgeError(breach || lastLine(complaint) || "it ended at once"));
          if (stream === started) void restart();
        })
        .catch(() => undefined);
    });
  };

  let starts = 1;
  let running = false;
  const restart = async (): Promise<void> => {
    if (stopping.signal.aborted || !running) return;
    running = false;
    while (!stopping.signal.aborted && starts < MAX_STARTS) {
      starts += 1;
      try {
        await start();
        running = true;
        options.onTrouble?.("The validation endpoint inside the sandbox had ended and was started again.");
        return;
      } catch {
        await sleep(250 * starts, stopping.signal).catch(() => undefined);
      }
    }
    if (!stopping.signal.aborted)
      options.onTrouble?.("The validation endpoint inside the sandbox ended and could not be started again.");
  };

  const stop = async (): Promise<void> => {
    stopping.abort();
    server.closeAllConnections();
    await stream?.kill().catch(() => undefined);
    stream?.stdin.destroy();
    await rm(scratchDirectory, { recursive: true, force: true });
  };

  try {
    await start();
    running = true;
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `http://localhost:${port}`, [Symbol.asyncDispose]: stop };
}

async function findInterpreter(sandbox: BridgeSandbox, user: string | undefined): Promise<string[]> {
  const { stdout } = await sandbox.exec(["sh", "-c", FIND_INTERPRETER], { user, timeoutSeconds: 30 });
  const path = stdout.trim().split("\n")[0] ?? "";
  if (path === "") throw new ValidationBridgeError("neither python3 nor node was found");
  // -I: files that the agent leaves about cannot be imported into the bridge.
  return path.endsWith("node") ? [path, "-e", NODE_BRIDGE, "--"] : [path, "-I", "-S", "-c", PYTHON_BRIDGE];
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1)?.slice(0, 300) ?? "";
}
