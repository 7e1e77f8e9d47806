import type { ModelServer, ServerReply, ServerRequest } from "../../testing/index.js";

/** One request, without what differs between any two clients: user agents, ids of requests, lengths. */
export interface WireRecord {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What stands for tools that are those of the request before. */
export const AS_BEFORE = "as before";

/** The headers that mean something to a model. */
const HEADERS = ["anthropic-beta", "anthropic-version"];

/** The texts of every conversation. */
export const TEXTS = { system: "Solve it.", task: "The task.", continue: "Go on." } as const;

const NOT_HERE: ServerReply = { status: 404, message: "not here" };

/** Answers to the turns of a conversation; beside them, only whether summaries may be had is answered. */
export function turnsOf(replies: readonly ServerReply[]): (request: ServerRequest) => ServerReply {
  let turn = 0;
  return (request) => {
    if (!isTurn(request)) return request.path.endsWith("/responses") ? { text: "hello, world" } : NOT_HERE;
    turn += 1;
    return replies[turn - 1] ?? { status: 500, message: "no reply left" };
  };
}

/** Inspect counts tokens, and tries out whether summaries may be had. */
function isTurn({ path, body }: ServerRequest): boolean {
  return /\/(?:messages|chat\/completions|responses)$/.test(path) && !JSON.stringify(body).includes("hello, world");
}

/** The turns of a server so far, as they are compared. */
export function wireRecords(server: ModelServer): WireRecord[] {
  const requests = server.requests.filter(isTurn);
  const records = requests.map(({ path, headers, body }, index) => ({
    path,
    headers: Object.fromEntries(
      HEADERS.flatMap((name) => (headers[name] === undefined ? [] : [[name, inOrder(String(headers[name]))]])),
    ),
    body: index > 0 && isSame(body["tools"], requests[index - 1]?.body["tools"]) ? { ...body, tools: AS_BEFORE } : body,
  }));
  return JSON.parse(numbered(JSON.stringify(records)));
}

/** Ids and signatures of the server hold the number of its request, which counts what clients ask beside the turns. */
function numbered(text: string): string {
  const turns = new Map<string, number>();
  return text.replaceAll(
    /((?:toolu|call|msg|rs|fc)_|(?:signature|encrypted)-)(\d+)/g,
    (_, what: string, number: string) => {
      if (!turns.has(number)) turns.set(number, turns.size);
      return `${what}${turns.get(number)}`;
    },
  );
}

/** The order of betas means nothing. */
function inOrder(header: string): string {
  return header.split(",").sort().join(",");
}

function isSame(left: unknown, right: unknown): boolean {
  return left !== undefined && JSON.stringify(left) === JSON.stringify(right);
}
