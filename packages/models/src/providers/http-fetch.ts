import { EnvHttpProxyAgent, type RequestInit as UndiciRequestInit, fetch as undiciFetch } from "undici";

export type Fetch = typeof globalThis.fetch;

interface FetchOptions {
  /** Merged over the JSON body of every request. */
  readonly extraBody?: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Never sent through a proxy. */
const LOCAL_HOSTS = "localhost,127.0.0.1,::1";

/**
 * A fetch for model servers. Node's own gives up after five minutes without a byte, which long thinking exceeds; here
 * the attempt timeout alone decides. Proxies of the environment are used.
 */
export function modelFetch(options: FetchOptions): Fetch {
  const { extraBody, env } = options;
  const dispatcher = sharedDispatcher(env);
  return (async (input, init) => {
    const body = extraBody === undefined ? init?.body : mergeBody(init?.body, extraBody);
    const { url, headers } = withoutUserInfo(input as string | URL, init?.headers);
    // The two fetches have the same behaviour and different type declarations.
    const request = { ...init, headers, body, dispatcher } as unknown as UndiciRequestInit;
    return (await undiciFetch(url, request)) as unknown as Response;
  }) as Fetch;
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

function mergeBody(body: unknown, extra: Readonly<Record<string, unknown>>): unknown {
  if (typeof body !== "string" || !body.startsWith("{")) return body;
  return JSON.stringify({ ...JSON.parse(body), ...extra });
}
