import { open, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { messageOf, startDeadline, startTimer } from "@mlebench/base";
import type { SubmissionBound, ValidationResult } from "@mlebench/grader";
import { RunnerError } from "../errors.js";
import { CallBudget } from "./call-budget.js";
import { boundaryOf, FormError, readFileField } from "./multipart.js";

export interface ValidationServerOptions {
  /** Folder of the host where an upload is kept while it is looked at. */
  readonly scratchDirectory: string;
  readonly validate: (submissionPath: string, signal: AbortSignal) => Promise<ValidationResult>;
  /** Told of each call: valid, invalid, a failure of ours, or refused as one too many. */
  readonly onCall?: (call: ValidationCall) => void;
  /** Larger uploads are invalid, as they are when they are handed in. */
  readonly bound: SubmissionBound;
  /** How many calls are answered. @default 60 at once and one more each second, 10,000 in all */
  readonly budget?: CallBudget;
  /** From the first byte of a request to its last, and again for the check itself. @default 600 */
  readonly timeoutSeconds?: number;
}

export interface ValidationCall {
  readonly outcome: "valid" | "invalid" | "error" | "refused";
  readonly reason?: string;
  readonly bytes: number;
  readonly seconds: number;
}

/** What a form has besides the file. */
const MOST_FORM_BYTES = 65_536;
/** Of a body that is not wanted, so much is read, as many clients only then look for the answer. */
const MOST_UNWANTED_BYTES = 64 * 2 ** 20;
/** What node:http can count. */
const LONGEST_REQUEST_MILLISECONDS = 2 ** 31 - 1;
const UNWANTED_SECONDS = 30;
/** A reason is text for a person; a hostile file must not turn it into a channel for bulk data. */
const MAX_REASON_CHARACTERS = 2000;

/**
 * The HTTP side of the validation endpoint. It never listens on a port of the host: connections are handed to it
 * with `emit("connection", duplex)` and come from inside one sandbox. It answers valid or invalid with the reason,
 * never a score.
 */
export function createValidationServer(options: ValidationServerOptions): Server {
  const timeoutSeconds = options.timeoutSeconds ?? 600;
  const budget = options.budget ?? new CallBudget();
  let queue: Promise<unknown> = Promise.resolve();
  let uploads = 0;
  const handle = (request: IncomingMessage, response: ServerResponse, isWaiting: boolean): void => {
    const path = (request.url ?? "").split("?")[0];
    if (path === "/health") {
      if (request.method === "GET" || request.method === "HEAD") answer(response, 200, { status: "running" });
      else answer(response, 405, { error: "Use GET." }, { allow: "GET" });
    } else if (path === "/validate") {
      if (request.method !== "POST") {
        answer(response, 405, { error: "Use POST with the submission as form field `file`." }, { allow: "POST" });
        return;
      }
      const refusal = budget.take();
      uploads += refusal === undefined ? 1 : 0;
      const upload: Upload = { request, response, isWaiting, number: uploads, timeoutSeconds };
      const work =
        refusal === undefined
          ? () => handleUpload(upload, options)
          : async () => {
              options.onCall?.({ outcome: "refused", bytes: 0, seconds: 0 });
              await readUnwanted(upload);
              const { reason, waitSeconds } = refusal;
              const headers: Record<string, string> =
                waitSeconds === undefined ? {} : { "retry-after": `${waitSeconds}` };
              answer(response, 429, { error: "Too many validation calls.", details: reason }, headers);
            };
      // One at a time: a sandbox cannot make the host hold several uploads or run several checks.
      queue = queue.then(() => work().catch(() => undefined));
    } else answer(response, 404, { error: "There are only /validate and /health." });
  };
  const server = createServer((request, response) => handle(request, response, false));
  // A client that asks first is told before it sends what is not wanted.
  server.on("checkContinue", (request, response) => handle(request, response, true));
  server.headersTimeout = 30_000;
  // Waiting in the queue counts here, so it is the server's own deadline and not the one of a single upload.
  server.requestTimeout = Math.min(timeoutSeconds * 4000, LONGEST_REQUEST_MILLISECONDS);
  server.keepAliveTimeout = 2000;
  return server;
}

interface Upload {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Whether the client sends the body only when it is told to. */
  readonly isWaiting: boolean;
  readonly number: number;
  readonly timeoutSeconds: number;
}

async function handleUpload(
  { request, response, isWaiting, number, timeoutSeconds }: Upload,
  { scratchDirectory, validate, onCall, bound }: ValidationServerOptions,
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
    if (Number(request.headers["content-length"]) > bound.maxBytes + MOST_FORM_BYTES)
      throw new UploadTooLargeError(bound);
    if (isWaiting) response.writeContinue();
    const file = await open(path, "wx", 0o600);
    let found: boolean;
    try {
      found = await readFileField(request, boundary, "file", async (chunk) => {
        bytes += chunk.length;
        if (bytes <= bound.maxBytes) await file.writeFile(chunk);
        else if (bytes > bound.maxBytes + MOST_UNWANTED_BYTES) throw new UploadTooLargeError(bound);
      });
    } finally {
      await file.close();
    }
    forgetLimit();
    if (bytes > bound.maxBytes) throw new UploadTooLargeError(bound);
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
    if (UploadTooLargeError.is(error)) {
      await readUnwanted({ request, isWaiting });
      answer(response, 413, { result: `Submission invalid! ${error.message}` });
      done("invalid", error.message);
      return;
    }
    if (FormError.is(error)) answer(response, 400, { error: "Bad request.", details: error.message });
    else {
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

/** Reads what a client sends all the same, so that it comes to reading the answer. */
async function readUnwanted({ request, isWaiting }: Pick<Upload, "request" | "isWaiting">): Promise<void> {
  if (isWaiting || request.complete || request.destroyed) return;
  let bytes = 0;
  const forgetLimit = startTimer(UNWANTED_SECONDS * 1000, () => request.destroy());
  try {
    for await (const chunk of request) {
      bytes += (chunk as Buffer).length;
      if (bytes > MOST_UNWANTED_BYTES) return;
    }
  } catch {
    // The client is gone.
  } finally {
    forgetLimit();
  }
}

class UploadTooLargeError extends RunnerError {
  constructor({ explanation }: SubmissionBound) {
    super({ code: "RUNNER_VALIDATION_UPLOAD", message: `The submission is too large; ${explanation}` });
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
