import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";
import { isDeepStrictEqual } from "node:util";
import type { ModelServer, ModelServerOptions, ServerReply, ServerRequest } from "./scripted-replies.js";

/** What a protocol makes of a reply. */
export interface RenderedReply {
  readonly status: number;
  readonly contentType: string;
  /** Sent one by one; server-sent events come as one chunk each. */
  readonly chunks: readonly string[];
}

export interface ServerProtocol {
  /** Appended to the address to make the base URL. */
  readonly basePath: string;
  /** The key of a request. */
  keyOf(request: ServerRequest): string | undefined;
  /** undefined for a path that the protocol does not have. */
  render(request: ServerRequest, reply: ServerReply): RenderedReply | undefined;
  error(status: number, message: string, code: string | undefined): string;
  /** The thinking that a request brings back, in order, and that which an answer gave. */
  thinkingIn(request: ServerRequest): readonly unknown[];
  thinkingOf(request: ServerRequest, reply: ServerReply): readonly unknown[];
}

/** Starts a server that answers by script in the given protocol. */
export async function startModelServer(protocol: ServerProtocol, options: ModelServerOptions): Promise<ModelServer> {
  const requests: ServerRequest[] = [];
  const given: unknown[] = [];
  let answered = 0;
  const server = createServer((incoming, response) => {
    handle(incoming, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request: ServerRequest = {
      index: requests.length,
      method: incoming.method ?? "",
      path: (incoming.url ?? "").split("?", 1)[0] ?? "",
      headers: incoming.headers,
      body: await jsonBody(incoming),
    };
    requests.push(request);
    if (options.apiKey !== undefined && protocol.keyOf(request) !== options.apiKey) {
      const message = `Incorrect API key provided: ${protocol.keyOf(request) ?? "none"}.`;
      return fail(response, { status: 401, message, errorCode: "invalid_api_key" });
    }
    if (options.without?.some((path) => request.path.endsWith(path)) === true) {
      return fail(response, { status: 404, message: `There is no ${request.path} here.` });
    }
    if (options.checksThinking === true) {
      const wrong = difference(given, protocol.thinkingIn(request));
      if (wrong !== undefined) return fail(response, { status: 400, message: wrong });
    }
    const reply = await nextReply(request);
    if (reply.page !== undefined) return void response.writeHead(200, { "content-type": "text/html" }).end(reply.page);
    if (reply.delaySeconds !== undefined) await new Promise((done) => setTimeout(done, reply.delaySeconds! * 1000));
    if (reply.status !== undefined && reply.status >= 400) return fail(response, reply);
    const rendered = protocol.render(request, reply);
    if (rendered === undefined) return fail(response, { status: 404, message: `There is no ${request.path} here.` });
    given.push(...protocol.thinkingOf(request, reply));
    await send(response, reply.errorInStream === true ? brokenOff(rendered, reply) : rendered, reply);
  }

  /** The beginning of a stream, then the error. */
  function brokenOff(rendered: RenderedReply, reply: ServerReply): RenderedReply {
    const error = protocol.error(200, reply.message ?? "The answer broke off.", reply.errorCode);
    return { ...rendered, chunks: [...rendered.chunks.slice(0, 2), serverSentEvent(error, "error")] };
  }

  async function nextReply(request: ServerRequest): Promise<ServerReply> {
    const { replies } = options;
    const index = answered;
    answered += 1;
    const reply = typeof replies === "function" ? await replies({ ...request, index }) : replies[index];
    return reply ?? { status: 500, message: "no reply left" };
  }

  function fail(response: ServerResponse, reply: ServerReply): void {
    const status = reply.status ?? 500;
    response.writeHead(status, { "content-type": "application/json", ...reply.headers });
    response.end(protocol.error(status, reply.message ?? `status ${status}`, reply.errorCode));
  }

  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  return {
    url: `http://127.0.0.1:${port}${protocol.basePath}`,
    requests,
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function send(response: ServerResponse, rendered: RenderedReply, reply: ServerReply): Promise<void> {
  const body = rendered.chunks.join("");
  const headers = { "content-type": rendered.contentType, ...reply.headers };
  if (reply.cutAt !== undefined) {
    response.writeHead(rendered.status, { ...headers, "content-length": String(Buffer.byteLength(body)) });
    response.write(body.slice(0, Math.floor(body.length * reply.cutAt)), () => response.destroy());
    return;
  }
  response.writeHead(rendered.status, headers);
  if (reply.endlessBytes !== undefined) return await sendEndlessly(response, body, reply.endlessBytes);
  for (const chunk of rendered.chunks) response.write(chunk);
  response.end();
}

/** The beginning of the answer, then blanks that keep it open. */
async function sendEndlessly(response: ServerResponse, body: string, bytes: number): Promise<void> {
  const blanks = " ".repeat(1024 * 1024);
  async function* parts() {
    yield body.slice(0, -2);
    for (let sent = 0; sent < bytes; sent += blanks.length) yield blanks;
  }
  // Whoever reads it may well go away.
  await pipeline(parts, response).catch(() => {});
}

function difference(given: readonly unknown[], back: readonly unknown[]): string | undefined {
  const at = given.findIndex((block, index) => !isDeepStrictEqual(block, back[index]));
  if (at !== -1) {
    const instead = back[at] === undefined ? "nothing" : JSON.stringify(back[at]);
    return `Thinking blocks cannot be modified: ${JSON.stringify(given[at])} came back as ${instead}.`;
  }
  const extra = back[given.length];
  return extra === undefined ? undefined : `Thinking that was never given: ${JSON.stringify(extra)}.`;
}

async function jsonBody(incoming: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    return {};
  }
}

/** One server-sent event. */
export function serverSentEvent(data: unknown, name?: string): string {
  const text = typeof data === "string" ? data : JSON.stringify(data);
  return `${name === undefined ? "" : `event: ${name}\n`}data: ${text}\n\n`;
}

/** Cuts a text into pieces, so that a stream has several. */
export function pieces(text: string, size = 7): string[] {
  const parts: string[] = [];
  for (let start = 0; start < text.length; start += size) parts.push(text.slice(start, start + size));
  return parts.length === 0 ? [""] : parts;
}

/** Arguments as text. */
export function argumentsText(value: Readonly<Record<string, unknown>> | string): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
