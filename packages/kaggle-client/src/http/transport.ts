import { codeOf } from "@mlebench/base";
import { type Dispatcher, EnvHttpProxyAgent, request } from "undici";
import { NetworkError } from "../errors.js";
import { ResponseBody } from "./response-body.js";
import { withoutQuery } from "./url.js";

export interface HttpRequest {
  readonly method: "GET" | "POST" | "HEAD";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Give up when the headers of the answer are not there after this many seconds. */
  readonly headersTimeoutSeconds: number;
  readonly signal?: AbortSignal;
}

export interface HttpResponse {
  readonly url: string;
  readonly status: number;
  /** The header's values joined by a comma; undefined when it was not sent. */
  header(name: string): string | undefined;
  /** Must be read to the end or destroyed. */
  readonly body: ResponseBody;
}

/** One HTTP exchange, redirects not followed. The only place that knows the HTTP library. */
export interface Transport {
  request(request: HttpRequest): Promise<HttpResponse>;
  /** Ends the connections once nothing is under way; may be called again. */
  close(): Promise<void>;
}

/** Where requests go and how long they may take. */
export interface TransportOptions {
  /** Where HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY (also in lower case) are read. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** An undici dispatcher to use instead of one made from the proxy variables; closing it stays with the caller. */
  readonly dispatcher?: Dispatcher;
  /** @default 15 */
  readonly connectTimeoutSeconds?: number;
}

/** @throws NetworkError from `request` when no answer came; an aborted signal throws its own reason. */
export function createTransport(options: TransportOptions = {}): Transport {
  const agents = options.dispatcher === undefined ? proxyAgents(options.env ?? process.env, options) : undefined;
  const dispatcherFor = (url: string) =>
    options.dispatcher ?? (url.startsWith("https:") ? agents?.https : agents?.http);
  let closing: Promise<void> | undefined;

  return {
    async request({ method, url, headers, body, headersTimeoutSeconds, signal }) {
      try {
        const response = await request(url, {
          method,
          headers: { "accept-encoding": "identity", ...headers },
          body,
          signal,
          dispatcher: dispatcherFor(url),
          headersTimeout: headersTimeoutSeconds * 1000,
          bodyTimeout: 0,
        });
        return {
          url,
          status: response.statusCode,
          header(name) {
            const value = response.headers[name.toLowerCase()];
            return Array.isArray(value) ? value.join(",") : value;
          },
          body: new ResponseBody(response.body),
        };
      } catch (cause) {
        signal?.throwIfAborted();
        throw networkError(withoutQuery(url), cause);
      }
    },
    close() {
      closing ??= Promise.all([agents?.http.close(), agents?.https.close()]).then(() => undefined);
      return closing;
    },
  };
}

/**
 * One agent for each scheme: HTTP_PROXY is for http addresses only, as everywhere else; the library alone would send https
 * through it too. An empty text, unlike undefined, keeps the library from reading process.env itself.
 */
function proxyAgents(
  env: Readonly<Record<string, string | undefined>>,
  options: TransportOptions,
): { http: EnvHttpProxyAgent; https: EnvHttpProxyAgent } {
  const read = (name: string) => env[name.toLowerCase()] ?? env[name];
  const readProxy = (name: string) => {
    const proxy = read(name)?.trim();
    // As for curl and Python's requests, host:port means http.
    return proxy && !/^[a-z][a-z0-9+.-]*:\/\//i.test(proxy) ? `http://${proxy}` : proxy;
  };
  const agent = (proxy: string) =>
    new EnvHttpProxyAgent({
      httpProxy: proxy,
      httpsProxy: proxy,
      noProxy: read("NO_PROXY") ?? "",
      connect: { timeout: (options.connectTimeoutSeconds ?? 15) * 1000 },
      // Stalls of a body are timed by the reader, who knows when it was itself that paused.
      bodyTimeout: 0,
    });
  const all = readProxy("ALL_PROXY") ?? "";
  try {
    return { http: agent(readProxy("HTTP_PROXY") ?? all), https: agent(readProxy("HTTPS_PROXY") ?? all) };
  } catch (cause) {
    throw new NetworkError("the proxy", "HTTP_PROXY, HTTPS_PROXY or ALL_PROXY is not an address that can be used", {
      cause,
    });
  }
}

/** A NetworkError with the facts of what the socket or parser threw. */
export function networkError(what: string, cause: unknown): NetworkError {
  return new NetworkError(what, describe(cause), { cause });
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = codeOf(error);
  // Connecting to a host with several addresses fails with an AggregateError whose own message is empty.
  const message =
    error.message || (error instanceof AggregateError ? error.errors.map(describe).join("; ") : error.name);
  return code === undefined || message.includes(code) ? message : `${message} (${code})`;
}
