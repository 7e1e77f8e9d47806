import { deferred } from "./deferred.js";
import { type CommandEnd, EndScanner } from "./end-scanner.js";
import { REFUSED, STARTED } from "./wrapper.js";

/** The wrapper has only to exit when it has written the end; on a machine under load that may take a moment. */
const EXIT_MS = 2000;
const LONGEST_START = 12;

/** Which of a command's outputs is meant. */
export type StreamName = "stdout" | "stderr";

/** The two outputs of a wrapped command, without what the wrapper wrote. */
export class WrappedOutputs {
  readonly #scanners: Record<StreamName, EndScanner>;
  readonly #onReleased: () => void;
  readonly #written = deferred<void>();
  readonly #bothWritten = deferred<void>();
  /** What came on standard output before the wrapper's start was read. */
  #beforeStart: Buffer | undefined = Buffer.alloc(0);
  #wrapper: number | undefined;
  #refusal: string | undefined;
  #writtenAt: number | undefined;

  /** @param onReleased called when what was held back behind a written end has become output */
  constructor(
    token: string,
    onOutput: (stream: StreamName, chunk: Uint8Array) => void,
    onReleased: () => void = () => undefined,
  ) {
    this.#onReleased = onReleased;
    const scanner = (name: StreamName) => new EndScanner(token, (chunk) => onOutput(name, chunk));
    this.#scanners = { stdout: scanner("stdout"), stderr: scanner("stderr") };
  }

  /** Resolves when either output has a written end, true or not. */
  get written(): Promise<void> {
    return this.#written.promise;
  }

  /** Resolves when both have. */
  get bothWritten(): Promise<void> {
    return this.#bothWritten.promise;
  }

  get end(): CommandEnd | undefined {
    return this.#scanners.stdout.end ?? this.#scanners.stderr.end;
  }

  /** The wrapper's process id where it runs; from then on the command's processes carry its mark. */
  get wrapper(): number | undefined {
    return this.#wrapper;
  }

  /** Why the wrapper did not run the command as the user asked for. */
  get refusal(): string | undefined {
    return this.#refusal;
  }

  push(stream: StreamName, chunk: Buffer): void {
    const rest = stream === "stdout" ? this.#withoutStart(chunk) : chunk;
    if (rest === undefined) return;
    this.#scanners[stream].push(rest);
    if (this.end === undefined) return;
    this.#writtenAt ??= performance.now();
    this.#written.resolve();
    if (this.#scanners.stdout.end !== undefined && this.#scanners.stderr.end !== undefined) this.#bothWritten.resolve();
  }

  /** Whether no more is held back of what comes behind a written end. */
  isFull(stream: StreamName): boolean {
    return this.#scanners[stream].isFull;
  }

  /** The command still runs: an end that was written a while ago is output. */
  stillRuns(): void {
    if (this.#writtenAt === undefined || performance.now() - this.#writtenAt < EXIT_MS) return;
    this.#writtenAt = undefined;
    this.#scanners.stdout.reject();
    this.#scanners.stderr.reject();
    this.#onReleased();
  }

  /** Nothing more comes, or is wanted. */
  finish(): void {
    // The engine's own words, when there was no wrapper.
    if (this.#beforeStart !== undefined && this.#refusal === undefined) {
      this.#scanners.stdout.push(this.#beforeStart);
      this.#beforeStart = undefined;
    }
    this.#scanners.stdout.finish();
    this.#scanners.stderr.finish();
  }

  #withoutStart(chunk: Buffer): Buffer | undefined {
    if (this.#beforeStart === undefined) return chunk;
    const bytes = Buffer.concat([this.#beforeStart, chunk]);
    if (bytes[0] === REFUSED) {
      this.#beforeStart = bytes;
      this.#refusal = bytes.subarray(1).toString("utf8");
      return undefined;
    }
    const line = bytes.indexOf("\n");
    const isStart = bytes[0] === STARTED;
    if (isStart && line < 0 && bytes.length < LONGEST_START) {
      this.#beforeStart = bytes;
      return undefined;
    }
    this.#beforeStart = undefined;
    if (!isStart) return bytes;
    this.#wrapper = Number(bytes.subarray(1, line).toString("latin1"));
    return bytes.subarray(line + 1);
  }
}
