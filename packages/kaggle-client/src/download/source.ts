import { createHash } from "node:crypto";
import { NetworkError } from "../errors.js";
import { followRedirects } from "../http/follow-redirects.js";
import { responseError } from "../http/response-error.js";
import type { HttpRequest, HttpResponse, Transport } from "../http/transport.js";
import { withoutQuery } from "../http/url.js";
import { isPageInPlaceOf } from "../http/wrong-kind.js";
import { USER_AGENT } from "../user-agent.js";

/** Something that can be asked for its bytes again and again. */
export interface DownloadSource {
  /** The same in every run, so that a part file is recognised. Never a secret. */
  readonly identity: string;
  /** For messages. */
  readonly what: string;
  /**
   * Asks for the bytes, with Range headers when continuing.
   * @returns an answer with status 200, 206 or 416. @throws a typed error for every other.
   */
  open(rangeHeaders: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<HttpResponse>;
}

/** A plain address. `headers` stay with its host when it redirects. */
export function urlSource(
  transport: Transport,
  url: string,
  options: { headers?: Readonly<Record<string, string>>; identity?: string; timeoutSeconds: number },
): DownloadSource {
  const what = withoutQuery(url);
  return {
    // The query may tell objects apart and may hold a signature: its hash does the one and hides the other.
    identity: options.identity ?? `${what}#${createHash("sha256").update(url).digest("hex").slice(0, 16)}`,
    what,
    async open(rangeHeaders, signal) {
      const request = rangeRequest(url, rangeHeaders, options.timeoutSeconds, signal);
      const response = await followRedirects(transport, request, options.headers);
      return usable(response, what, Object.values(options.headers ?? {}));
    },
  };
}

/**
 * Something behind a signed address that lives for minutes only: `locate` asks for a new one, or for the bytes themselves.
 * The address is used until its host refuses it.
 */
export function signedSource(options: {
  transport: Transport;
  identity: string;
  what: string;
  /** A web page in place of a file of this name is refused. */
  fileName?: string;
  timeoutSeconds: number;
  /** One that is known already. */
  address?: string;
  locate(
    rangeHeaders: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ): Promise<{ redirectedTo: string } | { response: HttpResponse }>;
}): DownloadSource {
  const { transport, identity, what, fileName, timeoutSeconds } = options;
  let { address } = options;

  const visit = (url: string, rangeHeaders: Readonly<Record<string, string>>, signal?: AbortSignal) =>
    followRedirects(transport, rangeRequest(url, rangeHeaders, timeoutSeconds, signal));

  const stored = async (response: HttpResponse): Promise<HttpResponse> => {
    const file = await usable(response, what, []);
    if (fileName === undefined || !isPageInPlaceOf(fileName, file)) return file;
    throw (await responseError(file, { what })).error;
  };

  return {
    identity,
    what,
    async open(rangeHeaders, signal) {
      if (address !== undefined) {
        const response = await visit(address, rangeHeaders, signal);
        if (!isExpired(response.status)) return stored(response);
        response.body.destroy();
        address = undefined;
      }
      const located = await options.locate(rangeHeaders, signal);
      if ("response" in located) return located.response;
      const response = await visit(located.redirectedTo, rangeHeaders, signal);
      if (isExpired(response.status)) {
        // Fresh and yet refused: a clock or a storage that is not ready; the account is not at fault, so not a 401 or 403.
        const { said } = await responseError(response, { what });
        throw new NetworkError(what, `the storage refused its signed address with ${response.status}: ${said}`);
      }
      address = located.redirectedTo;
      return stored(response);
    },
  };
}

function rangeRequest(
  url: string,
  rangeHeaders: Readonly<Record<string, string>>,
  headersTimeoutSeconds: number,
  signal: AbortSignal | undefined,
): HttpRequest {
  const headers = { "user-agent": USER_AGENT, ...rangeHeaders };
  return { method: "GET", url, headers, headersTimeoutSeconds, signal };
}

function isExpired(status: number): boolean {
  return status === 400 || status === 401 || status === 403 || status === 410;
}

async function usable(response: HttpResponse, what: string, secrets: readonly string[]): Promise<HttpResponse> {
  if (response.status === 200 || response.status === 206 || response.status === 416) return response;
  throw (await responseError(response, { what, secrets })).error;
}
