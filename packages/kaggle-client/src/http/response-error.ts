import { z } from "zod";
import {
  ForbiddenError,
  type KaggleError,
  NotFoundError,
  RateLimitedError,
  ServerError,
  UnauthorizedError,
  UnexpectedResponseError,
} from "../errors.js";
import { readText } from "./read-body.js";
import { parseRetryAfter } from "./retry.js";
import type { HttpResponse } from "./transport.js";

const MAX_ERROR_BYTES = 64 * 1024;
const MAX_SHOWN = 300;

// Kaggle answers {"code":403,"message":"..."}; the newer API and Google's storage nest or rename it.
const ErrorBody = z.object({
  message: z.string().optional(),
  error: z.union([z.string(), z.object({ message: z.string().optional() })]).optional(),
});

export interface ResponseErrorContext {
  /** What was asked for, for the message. */
  readonly what: string;
  /** Where the credentials came from; for 401. */
  readonly credentialsSource?: string;
  /** Texts that must not be shown even if the server repeats them. */
  readonly secrets?: readonly string[];
}

/** What a refusing answer says, as one line, and the typed error for its status. Reads the body. */
export async function responseError(
  response: HttpResponse,
  context: ResponseErrorContext,
): Promise<{ error: KaggleError; said: string }> {
  const said = await serverMessage(response, context.secrets ?? []);
  return { error: errorForStatus(response, said, context), said };
}

function errorForStatus(response: HttpResponse, said: string, context: ResponseErrorContext): KaggleError {
  const { what } = context;
  const { status } = response;
  const retryAfterSeconds = parseRetryAfter(response.header("retry-after"), Date.now());
  if (status === 401) return new UnauthorizedError(what, context.credentialsSource ?? "the request");
  if (status === 403) return new ForbiddenError(what, said);
  if (status === 404) return new NotFoundError(what, said);
  if (status === 429) return new RateLimitedError(what, { retryAfterSeconds });
  if (status === 408) return new ServerError(what, status, { retryAfterSeconds });
  if (status >= 500) return new ServerError(what, status, { retryAfterSeconds });
  return new UnexpectedResponseError(what, `status ${status}${said === "" ? "" : `: ${said}`}`, { status });
}

async function serverMessage(response: HttpResponse, secrets: readonly string[]): Promise<string> {
  const text = await readText(response, { maxBytes: MAX_ERROR_BYTES, stallSeconds: 15 }).catch(() => "");
  const line = plainMessage(text).replace(/\s+/g, " ").trim();
  const hidden = secrets.reduce(
    (shown, secret) => (secret === "" ? shown : shown.replaceAll(secret, "[hidden]")),
    line,
  );
  return hidden.length > MAX_SHOWN ? `${hidden.slice(0, MAX_SHOWN)}…` : hidden;
}

function plainMessage(text: string): string {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return text.replace(/<(script|style)[\s\S]*?<\/\1>|<[^>]*>/gi, " ");
  }
  const body = ErrorBody.safeParse(json);
  if (!body.success) return text;
  const { message, error } = body.data;
  return message ?? (typeof error === "string" ? error : error?.message) ?? text;
}
