import { open, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { messageOf, startDeadline, startTimer } from "@mlebench/base";
import type { ValidationResult } from "@mlebench/grader";
import { RunnerError } from "../errors.js";
import { boundaryOf, FormError, readFileField } from "./multipart.js";

export interface ValidationServerOptions {
  /** Folder of the host where an upload is kept while it is looked at. */
  readonly scratchDirectory: string;
  readonly validate: (submissionPath: string, signal: AbortSignal) => Promise<ValidationResult>;
  /** Told of each answered call: valid, invalid, or a failure of ours. */
  readonly onCall?: (call: ValidationCall) => void;
  /** Largest upload. @default 2 GiB */
  readonly maxBytes?: number;
  /** From the first byte of a request to its last, and again for the check itself. @default 600 */
  readonly timeoutSeconds?: number;
}

export interface ValidationCall {
  readonly outcome: "valid" | "invalid" | "error";
  readonly reason?: string;
  readonly bytes: number;
  readonly seconds: number;
}

const DEFAULT_MAX_BYTES = 2 * 1024 ** 3;
/** What node:http can count. */
const LONGEST_REQUEST_MILLISECONDS = 2 ** 31 - 1;
/** A reason is text for a person; a hostile file must not turn it into a channel for bulk data. */
const MAX_REASON_CHARACTERS = 2000;

/**
 * The HTTP side of the validation endpoint. It never listens on a port of the host: connections are handed to it
 * with `emit("connection", duplex)` and come from inside one sandbox. It answers valid or invalid with the reason,
 * never a score.
 */
export function createValidationServer(options: ValidationServerOptions): Server {
  const timeoutSeconds = options.timeoutSeconds ?? 600;
  let queue: Promise<unknown> = Promise.resolve();
  let uploads = 0;
  const server = createServer((request, response) => {
    const path = (request.url ?? "").split("?")[0];
    if (path === "/health") {
      if (request.method === "GET" || request.method === "HEAD") answer(response, 200, { status: "running" });
      else answer(response, 405, { error: "Use GET." }, { allow: "GET" });
    } else if (path === "/validate") {
      if (request.method !== "POST") {
        answer(response, 405, { error: "Use POST with the submission as form field `file`." }, { allow: "POST" });
        return;
      }
      uploads += 1;
      const number = uploads;
      // One at a time: a sandbox cannot make the host hold several uploads or run several checks.
      queue = queue.then(() => handleUpload(request, response, number, timeoutSeconds, options).catch(() => undefined));
    } else answer(response, 404, { error: "There are only /validate and /health." });
  });
  server.headersTimeout = 30_000;
  // Waiting in the queue counts here, so it is the server's own deadline and not the one of a single upload.
  server.requestTimeout = Math.min(timeoutSeconds * 4000, LONGEST_REQUEST_MILLISECONDS);
  server.keepAliveTimeout = 2000;
  return server;
}

async function handleUpload(
  request: IncomingMessage,
  response: ServerResponse,
  number: number,
  timeoutSeconds: number,
  { scratchDirectory, validate, onCall, maxBytes = DEFAULT_MAX_BYTES }: ValidationServerOptions,
): Promise<void> {
  if (request.destroyed) return;
  const started = performance.now();
  const path = join(scratchDirectory, `upload-${number}.csv`);
  const forgetLimit = startTimer(timeoutSeconds * 1000, () => request.destroy(new Error("the upload took too long")));
  let bytes = 0;
  const done = (outcome: ValidationCall["outcome"], reason?: string): void =>
    onCall?.({ outcome, reason, bytes, seconds: (performance.now() - started) / 1000 });
  try {
    const boundary = boundaryOf(request.headers["content-type"]);
    const file = await open(path, "wx", 0o600);
    let found: boolean;
    try {
      found = await readFileField(request, boundary, "file", async (chunk) => {
        bytes += chunk.length;
        if (bytes > maxBytes) throw new UploadTooLargeError(maxBytes);
        await file.writeFile(chunk);
      });
    } finally {
      await file.close();
    }
    forgetLimit();
    if (!found) throw new FormError("the form has no file field named `file`");
    using deadline = startDeadline(timeoutSeconds * 1000);
    const result = await validate(path, deadline.signal);
    if (result.valid) {
      answer(response, 200, { result: "Submission is valid." });
      done("valid");
    } else {
      const reason = shorten(result.reason);
      answer(response, 200, { result: `Submission invalid! ${reason}` });
      done("invalid", reason);
    }
  } catch (error) {
    if (FormError.is(error)) answer(response, 400, { error: "Bad request.", details: error.message });
    else if (UploadTooLargeError.is(error)) {
      answer(response, 413, { error: "The file is too large.", details: error.message });
    } else {
      // What went wrong on the host is the host's business: paths and data stay out of the sandbox.
      answer(response, 500, {
        error: "An unexpected error occurred.",
        details: "The submission could not be checked. This says nothing about the submission.",
      });
    }
    done("error", messageOf(error));
  } finally {
    forgetLimit();
    await rm(path, { force: true });
  }
}

class UploadTooLargeError extends RunnerError {
  constructor(maxBytes: number) {
    super({ code: "RUNNER_VALIDATION_UPLOAD", message: `At most ${maxBytes} bytes are taken.` });
  }
}

function shorten(reason: string): string {
  return reason.length > MAX_REASON_CHARACTERS ? `${reason.slice(0, MAX_REASON_CHARACTERS)}...` : reason;
}

function answer(
  response: ServerResponse,
  status: number,
  body: Record<string, string>,
  headers: Record<string, string> = {},
): void {
  if (response.headersSent || response.destroyed) return;
  const text = `${spacedJson(body)}\n`;
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    // The rest of a refused upload is not read.
    ...(status >= 400 && { connection: "close" }),
    ...headers,
  });
  response.end(text);
}

/** One line with blanks after colons and commas, as upstream's endpoint writes it. */
function spacedJson(body: Record<string, string>): string {
  return `{${Object.entries(body)
    .map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`)
    .join(", ")}}`;
}
