import { UnexpectedResponseError } from "../errors.js";
import { isSafeTarget } from "./safe-target.js";
import type { HttpRequest, HttpResponse, Transport } from "./transport.js";
import { withoutQuery } from "./url.js";

const MAX_REDIRECTS = 10;

/**
 * Sends a request and follows its redirects; after the first hop as GET, as browsers and the official client do.
 * A redirect never leads from https to http, nor from a public host into a private network.
 * @param privateHeaders that only the first address's own host (scheme, name and port) may see: authentication.
 */
export async function followRedirects(
  transport: Transport,
  request: HttpRequest,
  privateHeaders?: Readonly<Record<string, string>>,
): Promise<HttpResponse> {
  const home = new URL(request.url).origin;
  let current = request;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
    const isHome = new URL(current.url).origin === home;
    const response = await transport.request({
      ...current,
      headers: { ...current.headers, ...(isHome ? privateHeaders : undefined) },
    });
    const next = redirectTarget(response);
    if (next === undefined) return response;
    response.body.destroy();
    const keepsMethod = response.status === 307 || response.status === 308;
    const { "content-type": _type, ...headers } = current.headers ?? {};
    current = keepsMethod
      ? { ...current, url: next }
      : { ...current, method: "GET", body: undefined, headers, url: next };
  }
  throw new UnexpectedResponseError(withoutQuery(request.url), `more than ${MAX_REDIRECTS} redirects`);
}

/** Where an answer redirects to, as an absolute address; undefined when it does not. */
export function redirectTarget(response: HttpResponse): string | undefined {
  if (![301, 302, 303, 307, 308].includes(response.status)) return undefined;
  const from = withoutQuery(response.url);
  const location = response.header("location");
  if (location === undefined || !URL.canParse(location, response.url)) {
    response.body.destroy();
    throw new UnexpectedResponseError(from, `status ${response.status} without a usable Location`);
  }
  const target = new URL(location, response.url);
  if (!isSafeTarget(new URL(response.url), target)) {
    response.body.destroy();
    throw new UnexpectedResponseError(from, `a redirect to ${target.protocol}//${target.host}, which is not safe`);
  }
  return target.href;
}
