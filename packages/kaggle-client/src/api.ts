import { parseJson } from "@mlebench/base";
import type { z } from "zod";
import { ApiAccessToken } from "./api-types.js";
import type { Credentials, OauthCredentials } from "./credentials.js";
import {
  ForbiddenError,
  type KaggleError,
  RulesNotAcceptedError,
  rulesPage,
  UnexpectedResponseError,
} from "./errors.js";
import { redirectTarget } from "./http/follow-redirects.js";
import { readText } from "./http/read-body.js";
import { Complaint, errorSaidBy, type ResponseErrorContext, responseError } from "./http/response-error.js";
import type { HttpRequest, HttpResponse, Transport } from "./http/transport.js";
import { withoutQuery } from "./http/url.js";
import { isJsonInPlaceOf, isPageInPlaceOf } from "./http/wrong-kind.js";
import { USER_AGENT } from "./user-agent.js";

/** Which of Kaggle's two interfaces is spoken: `rpc` as the official client 2, `rest` as its versions 1 and kagglehub. */
export type KaggleProtocol = "rpc" | "rest";

// Endpoints, paths, field names and headers: the Python packages kaggle 2.2.4 (kagglesdk 0.1.37) and kaggle 1.6.17.
const RPC_BASE = "https://api.kaggle.com/v1";
const REST_BASE = "https://www.kaggle.com/api/v1";
const MAX_JSON_BYTES = 32 * 1024 * 1024;
const TOKEN_LIFE_SECONDS = 12 * 3600;
const TOKEN_MARGIN_SECONDS = 300;

/** One call, in both protocols. */
export interface Operation {
  readonly competitionId?: string;
  /** What is asked for, for messages. */
  readonly what: string;
  /** What the file is called, when one is asked for; an answer of another kind is then none. */
  readonly fileName?: string;
  readonly rpc: { readonly service: string; readonly method: string; readonly body: Readonly<Record<string, unknown>> };
  readonly rest: {
    readonly method: "GET" | "POST";
    readonly path: string;
    readonly body?: Readonly<Record<string, unknown>>;
  };
}

const SERVICE = "competitions.CompetitionApiService";
const segment = encodeURIComponent;

export const operations = {
  competition: (id: string): Operation => ({
    competitionId: id,
    what: `competition ${id}`,
    rpc: { service: SERVICE, method: "GetCompetition", body: { competitionName: id } },
    rest: { method: "GET", path: `competitions/get/${segment(id)}` },
  }),
  files: (id: string, pageSize: number, pageToken: string | undefined): Operation => ({
    competitionId: id,
    what: `the files of ${id}`,
    rpc: {
      service: SERVICE,
      method: "ListDataFiles",
      body: { competitionName: id, pageSize, pageToken: pageToken ?? "" },
    },
    rest: {
      method: "GET",
      path: `competitions/data/list/${segment(id)}?${new URLSearchParams({
        pageSize: String(pageSize),
        ...(pageToken === undefined ? {} : { pageToken }),
      })}`,
    },
  }),
  downloadFile: (id: string, fileName: string): Operation => ({
    competitionId: id,
    what: `file ${fileName} of ${id}`,
    fileName,
    rpc: { service: SERVICE, method: "DownloadDataFile", body: { competitionName: id, fileName } },
    rest: { method: "GET", path: `competitions/data/download/${segment(id)}/${segment(fileName)}` },
  }),
  downloadAll: (id: string): Operation => ({
    competitionId: id,
    what: `all files of ${id}`,
    fileName: `${id}.zip`,
    rpc: { service: SERVICE, method: "DownloadDataFiles", body: { competitionName: id } },
    rest: { method: "GET", path: `competitions/data/download-all/${segment(id)}` },
  }),
  leaderboard: (id: string): Operation => ({
    competitionId: id,
    what: `the leaderboard of ${id}`,
    fileName: `${id}-leaderboard.zip`,
    rpc: { service: SERVICE, method: "DownloadLeaderboard", body: { competitionName: id } },
    rest: { method: "GET", path: `competitions/${segment(id)}/leaderboard/download` },
  }),
};

export interface KaggleApiOptions {
  readonly credentials: Credentials;
  readonly transport: Transport;
  readonly protocol: KaggleProtocol;
  /** Replaces Kaggle's own addresses; `/api/v1` is added unless it ends in `/v1`. */
  readonly baseUrl?: string;
  readonly timeoutSeconds: number;
}

/** Sends operations with the right address and authentication and turns refusals into typed errors. No retries. */
export class KaggleApi {
  readonly #options: KaggleApiOptions;
  #freshToken: { value: string; expiresAt: number } | undefined;
  #refreshing: Promise<string> | undefined;

  constructor(options: KaggleApiOptions) {
    this.#options = options;
  }

  /** The answer's JSON. @throws UnexpectedResponseError when it is not of the expected shape. */
  async json<Schema extends z.ZodType>(
    operation: Operation,
    schema: Schema,
    signal?: AbortSignal,
  ): Promise<z.infer<Schema>> {
    const response = await this.#followHome(await this.#requestFor(operation, signal));
    return this.#parse(await this.#accept(response, operation), operation, schema, signal);
  }

  /**
   * Asks for something to download: either Kaggle redirects to a signed address, which is returned and not visited,
   * or it answers itself, and the caller must read or destroy the body.
   * @param extraHeaders Range headers; only of use when Kaggle answers itself.
   */
  async download(
    operation: Operation,
    options: { extraHeaders?: Readonly<Record<string, string>>; signal?: AbortSignal } = {},
  ): Promise<{ redirectedTo: string } | { response: HttpResponse }> {
    const request = await this.#requestFor(operation, options.signal);
    const withRange = { ...request, headers: { ...request.headers, ...options.extraHeaders } };
    const response = await this.#followHome(withRange);
    const target = redirectTarget(response);
    if (target !== undefined) {
      response.body.destroy();
      return { redirectedTo: target };
    }
    // A range beyond the end is the downloader's business.
    if (response.status === 416) return { response };
    const accepted = await this.#accept(response, operation);
    const { fileName } = operation;
    if (fileName !== undefined && (isJsonInPlaceOf(fileName, accepted) || isPageInPlaceOf(fileName, accepted))) {
      throw await this.refusal(accepted, operation);
    }
    return { response: accepted };
  }

  /** The typed error for a refusal, wherever it came from; knows which refusals are about rules. */
  async refusal(response: HttpResponse, operation: Operation): Promise<KaggleError> {
    return this.#aboutRules(await responseError(response, this.#errorContext(operation)), operation);
  }

  #errorContext({ what }: Operation): ResponseErrorContext {
    return { what, credentialsSource: this.#options.credentials.source, secrets: this.#secrets() };
  }

  #aboutRules({ error, said }: { error: KaggleError; said: string }, operation: Operation): KaggleError {
    if (!ForbiddenError.is(error) || operation.competitionId === undefined) return error;
    if (isAboutRules(said)) return new RulesNotAcceptedError(operation.competitionId, { cause: error });
    return new ForbiddenError(operation.what, said, {
      hint: `See whether this account may take part and has accepted the rules: ${rulesPage(operation.competitionId)}`,
    });
  }

  async #accept(response: HttpResponse, operation: Operation): Promise<HttpResponse> {
    if (response.status >= 200 && response.status < 300) return response;
    throw await this.refusal(response, operation);
  }

  /** Follows redirects that stay on Kaggle's own host (www or not, a moved path): those may see the credentials. */
  async #followHome(request: HttpRequest): Promise<HttpResponse> {
    let current = request;
    for (let hops = 0; hops < 5; hops += 1) {
      const response = await this.#options.transport.request(current);
      const target = redirectTarget(response);
      if (target === undefined || new URL(target).origin !== new URL(request.url).origin) return response;
      // An address that carries its own signature is a download, whatever its host.
      if (isSigned(target)) return response;
      response.body.destroy();
      current = { ...current, url: target };
    }
    throw new UnexpectedResponseError(withoutQuery(request.url), "it redirects to itself");
  }

  async #requestFor(operation: Operation, signal?: AbortSignal, authorized = true): Promise<HttpRequest> {
    const { protocol, timeoutSeconds } = this.#options;
    const headers: Record<string, string> = { "user-agent": USER_AGENT, accept: "application/json, */*" };
    if (authorized) headers["authorization"] = await this.#authorization(signal);
    const { rpc, rest } = operation;
    const { method, path, body }: Operation["rest"] =
      protocol === "rpc" ? { method: "POST", path: `${rpc.service}/${rpc.method}`, body: rpc.body } : rest;
    if (body !== undefined) headers["content-type"] = "application/json";
    return {
      method,
      url: `${this.#base()}/${path}`,
      headers,
      body: body && JSON.stringify(body),
      headersTimeoutSeconds: timeoutSeconds,
      signal,
    };
  }

  #base(): string {
    const { baseUrl, protocol } = this.#options;
    if (baseUrl === undefined) return protocol === "rpc" ? RPC_BASE : REST_BASE;
    const base = baseUrl.replace(/\/+$/, "");
    return base.endsWith("/v1") ? base : `${base}/api/v1`;
  }

  async #authorization(signal?: AbortSignal): Promise<string> {
    const { credentials } = this.#options;
    if (credentials.kind === "key") {
      return `Basic ${Buffer.from(`${credentials.username}:${credentials.key.reveal()}`).toString("base64")}`;
    }
    if (credentials.kind === "token") return `Bearer ${credentials.token.reveal()}`;
    return `Bearer ${await this.#accessToken(credentials, signal)}`;
  }

  async #accessToken(credentials: OauthCredentials, signal?: AbortSignal): Promise<string> {
    const soon = Date.now() + TOKEN_MARGIN_SECONDS * 1000;
    if (this.#freshToken !== undefined && this.#freshToken.expiresAt > soon) return this.#freshToken.value;
    const kept = credentials.accessToken;
    if (this.#freshToken === undefined && kept !== undefined && (credentials.accessTokenExpiresAt ?? 0) > soon) {
      return kept.reveal();
    }
    this.#refreshing ??= this.#refresh(credentials, signal).finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #refresh(credentials: OauthCredentials, signal?: AbortSignal): Promise<string> {
    const body = {
      refreshToken: credentials.refreshToken.reveal(),
      apiVersion: "API_VERSION_V1",
      expirationDuration: `${TOKEN_LIFE_SECONDS}s`,
    };
    const operation: Operation = {
      what: "a fresh access token",
      rpc: { service: "users.AccountService", method: "GenerateAccessToken", body },
      rest: { method: "POST", path: "access-tokens/generate", body },
    };
    const response = await this.#options.transport.request(await this.#requestFor(operation, signal, false));
    const answer = await this.#parse(await this.#accept(response, operation), operation, ApiAccessToken, signal);
    this.#freshToken = { value: answer.token, expiresAt: Date.now() + answer.expiresIn * 1000 };
    return answer.token;
  }

  async #parse<Schema extends z.ZodType>(
    response: HttpResponse,
    operation: Operation,
    schema: Schema,
    signal?: AbortSignal,
  ): Promise<z.infer<Schema>> {
    const text = await readText(response, {
      maxBytes: MAX_JSON_BYTES,
      stallSeconds: this.#options.timeoutSeconds,
      signal,
    });
    const json = parseJson(text);
    if (json === undefined) {
      throw new UnexpectedResponseError(operation.what, "not JSON", { status: response.status });
    }
    if (Complaint.safeParse(json).success) {
      throw this.#aboutRules(errorSaidBy(response, text, this.#errorContext(operation)), operation);
    }
    const parsed = schema.safeParse(json);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw new UnexpectedResponseError(operation.what, `${issue?.path.join(".") || "body"}: ${issue?.message}`);
    }
    return parsed.data;
  }

  #secrets(): string[] {
    const { credentials } = this.#options;
    if (credentials.kind === "key") {
      const key = credentials.key.reveal();
      // The second is the form in which it travels: a proxy that repeats a header repeats this one.
      return [key, Buffer.from(`${credentials.username}:${key}`).toString("base64")];
    }
    if (credentials.kind === "token") return [credentials.token.reveal()];
    return [credentials.refreshToken.reveal(), credentials.accessToken?.reveal() ?? "", this.#freshToken?.value ?? ""];
  }
}

/** Kaggle's words: "You must accept this competition's rules before you'll be able to download files." */
function isAboutRules(said: string): boolean {
  return /\baccept\b[^.]*\brules\b/i.test(said) || /\brules\b[^.]*\b(not|must be)\b[^.]*\baccept/i.test(said);
}

function isSigned(url: string): boolean {
  return /[?&](X-Goog-Signature|X-Amz-Signature|Signature|GoogleAccessId)=/i.test(url);
}
