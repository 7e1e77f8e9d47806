import { APICallError } from "@ai-sdk/provider";
import { codeOf, parseJson, parseRetryAfter } from "@mlebench/base";

/** What went wrong with one attempt, as far as the next step depends on it. */
export type Failure =
  | {
      readonly kind: "retry";
      readonly detail: string;
      readonly status?: number;
      /** How long the server asked to wait. */
      readonly retryAfterSeconds?: number;
      /** More likely a mistake than an outage: nobody listens at the address, or what comes back is no answer. */
      readonly doubtful: boolean;
    }
  | { readonly kind: "key"; readonly detail: string; readonly status: number }
  | { readonly kind: "refused"; readonly detail: string; readonly status?: number };

const RETRY_STATUSES = new Set([408, 409, 425, 429]);

/** An account without money answers 429 like one that is too fast, but waiting does not help. */
const NO_CREDIT = /insufficient_quota|billing_hard_limit|credit balance is too low|exceeded your current quota/i;

const CUT_CONNECTION =
  /ECONNRESET|EPIPE|ETIMEDOUT|UND_ERR_|ECONNABORTED|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|terminated|socket hang up|other side closed|fetch failed|network|premature|stream (?:error|ended|closed)/i;

const UNREACHABLE = /ECONNREFUSED|ENOTFOUND/;

/** Names of the AI SDK's errors for a body that is JSON but no answer, such as an error that came with status 200. */
const NO_ANSWER = new Set(["AI_InvalidResponseDataError", "AI_TypeValidationError", "AI_NoContentGeneratedError"]);

/** Characters of a failure that are told; some errors hold the whole answer. */
const MAX_DETAIL_CHARACTERS = 500;

/** Thrown by the attempt timeout. */
export class AttemptTimeoutError extends Error {
  constructor(seconds: number) {
    super(`no complete answer within ${Math.round(seconds * 100) / 100} s`);
    this.name = "AttemptTimeoutError";
  }
}

/** Kinds of errors that come again however often the request is sent. */
const FINAL =
  /invalid_request|authentication|permission|not_found|too_large|billing|quota|content_filter|context_length/i;

/** What a server reported after its answer had begun: the status was 200, so only the words tell what it is. */
export class StreamedError extends Error {
  /** Sending the request again cannot help. */
  readonly final: boolean;

  private constructor(message: string, kind: string) {
    super(kind === "" ? message : `${message} (${kind})`);
    this.name = "StreamedError";
    this.final = FINAL.test(kind);
  }

  /** Providers hand on `{ type, message }`, `{ code, message }` or a text; an error of their own stays as it is. */
  static from(error: unknown): Error {
    if (error instanceof Error) return error;
    if (typeof error !== "object" || error === null) return new StreamedError(String(error), "");
    const { message, type, code } = error as Readonly<Record<string, unknown>>;
    const kinds = [type, code].filter((kind) => typeof kind === "string" && kind !== "error");
    return new StreamedError(typeof message === "string" ? message : JSON.stringify(error), kinds.join(", "));
  }
}

/**
 * Sorts an error of a provider: worth another try, a wrong key, or final.
 * @param now milliseconds since 1970, for `retry-after` given as a date.
 */
export function classifyFailure(error: unknown, now: number): Failure {
  if (error instanceof AttemptTimeoutError) return { kind: "retry", detail: error.message, doubtful: false };
  if (error instanceof StreamedError)
    return { kind: error.final ? "refused" : "retry", detail: error.message, doubtful: false };
  const chain = causes(error);
  const text = chain.map(describe).join(": ");
  const detail = describeAll(chain);
  const api = chain.find((link) => APICallError.isInstance(link));
  if (api !== undefined && api.statusCode !== undefined && api.statusCode >= 400) {
    return classifyStatus(api, api.statusCode, now);
  }
  if (UNREACHABLE.test(text)) return { kind: "retry", detail, doubtful: true };
  // An answer that ends in the middle of its JSON is a cut connection too.
  const cut = CUT_CONNECTION.test(text) || chain.some((link) => link.name === "AI_JSONParseError");
  if (cut || chain.some((link) => link.name === "AI_EmptyResponseBodyError" || link.name === "TimeoutError")) {
    return { kind: "retry", detail, doubtful: false };
  }
  if (chain.some((link) => NO_ANSWER.has(link.name))) {
    const told = api === undefined ? undefined : errorInBody(api.responseBody);
    return { kind: "retry", detail: told ?? detail, doubtful: true };
  }
  return { kind: "refused", detail: detail === "" ? String(error) : detail };
}

/** Routers answer 200 with `{"error": {"message": ...}}` when the provider behind them fails. */
function errorInBody(body: string | undefined): string | undefined {
  const parsed = parseJson(body ?? "") as { readonly error?: { readonly message?: unknown } | null } | null | undefined;
  const message = parsed?.error?.message;
  return typeof message === "string" ? message : undefined;
}

function classifyStatus(error: APICallError, status: number, now: number): Failure {
  const detail = error.message === "" ? (error.responseBody ?? "").slice(0, 300) : error.message;
  if (status === 401 || status === 403) return { kind: "key", detail, status };
  const body = `${error.message} ${error.responseBody ?? ""}`;
  if (NO_CREDIT.test(body)) return { kind: "refused", detail, status };
  if (!RETRY_STATUSES.has(status) && status < 500) return { kind: "refused", detail, status };
  const retryAfterSeconds = retryAfter(error.responseHeaders ?? {}, now);
  return { kind: "retry", detail, status, doubtful: false, retryAfterSeconds };
}

/** `retry-after-ms`, or `retry-after` in seconds or as a date. */
function retryAfter(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const milliseconds = Number(headers["retry-after-ms"] ?? Number.NaN);
  return milliseconds >= 0 ? milliseconds / 1000 : parseRetryAfter(headers["retry-after"], now);
}

function causes(error: unknown): Error[] {
  const chain: Error[] = [];
  let current = error;
  while (current instanceof Error && chain.length < 6) {
    chain.push(current);
    current = current.cause ?? ("lastError" in current ? current.lastError : undefined);
  }
  return chain;
}

function describe(error: Error): string {
  const code = codeOf(error);
  return code === undefined ? error.message : `${error.message} (${code})`;
}

/** An error and its causes, each said once: an outer message often ends with the inner one. */
function describeAll(chain: readonly Error[]): string {
  let text = "";
  for (const link of chain) {
    const said = describe(link);
    if (!text.includes(said)) text = text === "" ? said : `${text}: ${said}`;
  }
  return text.length > MAX_DETAIL_CHARACTERS ? `${text.slice(0, MAX_DETAIL_CHARACTERS)}...` : text;
}

/** What is kept of a provider's error as a cause: no request, no headers, no keys. */
export class ProviderFailure extends Error {
  readonly statusCode: number | undefined;
  readonly url: string | undefined;
  readonly responseBody: string | undefined;

  constructor(error: unknown, scrub: (text: string) => string) {
    const chain = causes(error);
    super(scrub(describeAll(chain) || String(error)));
    this.name = chain[0]?.name ?? "Error";
    const api = chain.find((link) => APICallError.isInstance(link));
    this.statusCode = api?.statusCode;
    this.url = api === undefined ? undefined : scrub(api.url);
    this.responseBody = api?.responseBody === undefined ? undefined : scrub(api.responseBody);
  }
}
