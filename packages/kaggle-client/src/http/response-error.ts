import { parseJson, parseRetryAfter } from "@mlebench/base";
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
import type { HttpResponse } from "./transport.js";

const MAX_ERROR_BYTES = 64 * 1024;
const MAX_SHOWN = 300;

/** Kaggle's complaint in an answer whose status is good; the official client looks for it too. */
export const Complaint = z.object({ code: z.number().int().min(400).max(599), message: z.string() });

// Kaggle answers {"code":403,"message":"..."}; the newer API and Google's storage nest or rename it.
const ErrorBody = z.object({
  code: z.number().int().min(400).max(599).optional().catch(undefined),
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
  const text = await readText(response, { maxBytes: MAX_ERROR_BYTES, stallSeconds: 15 }).catch(() => "");
  return errorSaidBy(response, text, context);
}

/** The same for a body that was read already. */
export function errorSaidBy(
  response: HttpResponse,
  text: string,
  context: ResponseErrorContext,
): { error: KaggleError; said: string } {
  const body = ErrorBody.safeParse(parseJson(text)).data;
  const said = shown(plainMessage(text, body), context.secrets ?? []);
  const status = response.status < 400 ? (body?.code ?? response.status) : response.status;
  return { error: errorForStatus(status, response, said, context), said };
}

function errorForStatus(
  status: number,
  response: HttpResponse,
  said: string,
  context: ResponseErrorContext,
): KaggleError {
  const { what } = context;
  const retryAfterSeconds = parseRetryAfter(response.header("retry-after"), Date.now());
  if (status === 401) return new UnauthorizedError(what, context.credentialsSource ?? "the request");
  if (status === 403) return new ForbiddenError(what, said);
  if (status === 404) return new NotFoundError(what, said);
  if (status === 429) return new RateLimitedError(what, { retryAfterSeconds });
  if (status === 408 || status >= 500) return new ServerError(what, status, { retryAfterSeconds });
  const kind = status < 400 ? (response.header("content-type") ?? "").replace(/;.*/, "").trim() : "";
  const answer = `status ${status}${kind === "" ? "" : ` (${kind})`}`;
  return new UnexpectedResponseError(what, `${answer}${said === "" ? "" : `: ${said}`}`, { status });
}

function shown(message: string, secrets: readonly string[]): string {
  const line = message.replace(/[\s\p{Cc}\p{Bidi_Control}]+/gu, " ").trim();
  const hidden = secrets.reduce((text, secret) => (secret === "" ? text : text.replaceAll(secret, "[hidden]")), line);
  return hidden.length > MAX_SHOWN ? `${hidden.slice(0, MAX_SHOWN)}…` : hidden;
}

function plainMessage(text: string, body: z.infer<typeof ErrorBody> | undefined): string {
  if (body === undefined) return text.replace(/<(script|style)[\s\S]*?<\/\1>|<[^>]*>/gi, " ");
  const { message, error } = body;
  return message ?? (typeof error === "string" ? error : error?.message) ?? text;
}
