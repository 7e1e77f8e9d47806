import type { LanguageModelV3CallOptions } from "@ai-sdk/provider";
import { parseJson } from "@mlebench/base";
import { EnvHttpProxyAgent, type RequestInit as UndiciRequestInit, fetch as undiciFetch } from "undici";
import { boundedResponse } from "./bounded-response.js";
import { currentExchange, type WireBody } from "./exchange.js";
import type { RequestShape } from "./request-shape.js";

export type Fetch = typeof globalThis.fetch;

interface FetchOptions {
  /** Changes a request to what the vendor is to get, where the AI SDK cannot be told so. */
  readonly revise?: RequestShape["revise"];
  /** Merged over the JSON body of every request. */
  readonly extraBody?: WireBody;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Never sent through a proxy. */
const LOCAL_HOSTS = "localhost,127.0.0.1,::1";

/**
 * A fetch for model servers. Node's own gives up after five minutes without a byte, which long thinking exceeds; here
 * the attempt timeout alone decides. Proxies of the environment are used.
 */
export function modelFetch(options: FetchOptions): Fetch {
  const dispatcher = sharedDispatcher(options.env);
  return (async (input, init) => {
    const { url, headers } = withoutUserInfo(input as string | URL, init?.headers);
    const exchange = currentExchange();
    const sent = toSend(init?.body, headers, options, exchange?.call);
    if (exchange !== undefined) exchange.sent = sent.json;
    // The two fetches have the same behaviour and different type declarations.
    const request = { ...init, headers: sent.headers, body: sent.body, dispatcher } as unknown as UndiciRequestInit;
    const response = (await undiciFetch(url, request)) as unknown as Response;
    if (exchange !== undefined) exchange.received = "";
    return await boundedResponse(response, `${url.origin}${url.pathname}`, (text) => {
      if (exchange !== undefined) exchange.received += text;
    });
  }) as Fetch;
}

/** The request with the vendor's changes, and the user's own fields over them. What nobody changes keeps its signature. */
function toSend(
  body: unknown,
  headers: RequestInit["headers"] | undefined,
  { revise, extraBody }: FetchOptions,
  call: LanguageModelV3CallOptions | undefined,
) {
  const given = typeof body === "string" && body.startsWith("{") ? (parseJson(body) as WireBody) : undefined;
  const isChanged = extraBody !== undefined || (revise !== undefined && call !== undefined);
  if (given === undefined || !isChanged) return { body, headers, json: given };
  const request = { body: given, headers: new Headers(headers) };
  const revised = revise === undefined || call === undefined ? request : revise(request, call);
  const json = { ...revised.body, ...extraBody };
  return { body: JSON.stringify(json), headers: Object.fromEntries(revised.headers), json };
}

/** fetch refuses an address with a user name; here it becomes a Basic header, unless an API key takes its place. */
function withoutUserInfo(input: string | URL, given: RequestInit["headers"] | undefined) {
  const url = new URL(input);
  if (url.username === "" && url.password === "") return { url, headers: given };
  const headers = new Headers(given);
  const userInfo = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  if (!headers.has("authorization")) {
    headers.set("authorization", `Basic ${Buffer.from(userInfo, "utf8").toString("base64")}`);
  }
  url.username = "";
  url.password = "";
  return { url, headers: Object.fromEntries(headers) };
}

/** One per proxy setting, so that all models of a process share their open connections. */
const dispatchers = new Map<string, EnvHttpProxyAgent>();

function sharedDispatcher(env: FetchOptions["env"]): EnvHttpProxyAgent {
  const httpProxy = env["HTTP_PROXY"] ?? env["http_proxy"];
  const noProxy = env["NO_PROXY"] ?? env["no_proxy"];
  const settings = {
    // An empty text means no proxy; leaving it out would make undici read process.env.
    httpProxy: httpProxy ?? "",
    httpsProxy: env["HTTPS_PROXY"] ?? env["https_proxy"] ?? httpProxy ?? "",
    noProxy: noProxy === undefined ? LOCAL_HOSTS : `${noProxy},${LOCAL_HOSTS}`,
  };
  const key = JSON.stringify(settings);
  const dispatcher = dispatchers.get(key) ?? new EnvHttpProxyAgent({ headersTimeout: 0, bodyTimeout: 0, ...settings });
  dispatchers.set(key, dispatcher);
  return dispatcher;
}
