import { createHmac, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type Fault, Faults } from "./faults.js";
import { type CompetitionCall, parseCall } from "./kaggle-calls.js";
import { requestText, startLoopback } from "./loopback.js";
import { type ServeOptions, serveObject } from "./serve-object.js";
import { type ServedContent, ServedObject } from "./served-object.js";
import { storedZip } from "./stored-zip.js";

/** A competition that the server has. */
export interface ServedCompetition {
  /** By name, folders with `/`. */
  readonly files?: Readonly<Record<string, ServedContent>>;
  /** The archive of everything. @default made from `files` */
  readonly zip?: ServedContent;
  /** @default none: 404 */
  readonly leaderboard?: ServedContent;
  readonly title?: string;
  /** @default true */
  readonly rulesAccepted?: boolean;
  /** Names of files that the storage keeps zipped, as it does with older competitions: served as `<name>.zip`. */
  readonly zipped?: readonly string[];
}

/** What {@link startKaggleServer} takes. */
export interface KaggleServerOptions {
  readonly competitions: Readonly<Record<string, ServedCompetition>>;
  readonly faults?: readonly Fault[];
  /** User names and keys that are known. @default { tester: "test-key" } */
  readonly keys?: Readonly<Record<string, string>>;
  /** Access tokens and whose they are. @default { "test-token": "tester" } */
  readonly tokens?: Readonly<Record<string, string>>;
  /** Refresh tokens and the access token each gives. */
  readonly refreshTokens?: Readonly<Record<string, string>>;
  /** Which checksum the storage announces. @default "md5" */
  readonly announce?: ServeOptions["announce"];
  /** How long a signed address lives. @default 600 */
  readonly signedUrlSeconds?: number;
  /** Ports; free ones by default. */
  readonly port?: number;
  readonly storagePort?: number;
}

/** One request as it came in. */
export interface ServedRequest {
  readonly host: "api" | "storage";
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** A server that is up until it is disposed of. */
export interface KaggleServer extends AsyncDisposable {
  /** Give it to the client as `baseUrl`. */
  readonly url: string;
  readonly storageUrl: string;
  readonly requests: readonly ServedRequest[];
  readonly faults: Faults;
  acceptRules(competitionId: string): void;
  /** Lets all signed addresses that were given out expire now. */
  expireAddresses(): void;
  close(): Promise<void>;
}

interface Competition {
  readonly served: ServedCompetition;
  rulesAccepted: boolean;
  readonly objects: Map<string, ServedObject>;
}

// The words and shapes are those that users of the real service have reported.
const NOT_ACCEPTED = "You must accept this competition\\u0027s rules before you\\u0027ll be able to download files.";
const API_VERSION = "1.6.17";
const CREATED = "2020-02-20T20:20:20.200Z";

/**
 * A Kaggle on the loopback interface, for tests: both of its protocols, basic and bearer authentication, signed storage
 * addresses on another port that refuse credentials, ranges, and whatever fault a test asks for.
 */
export async function startKaggleServer(options: KaggleServerOptions): Promise<KaggleServer> {
  const requests: ServedRequest[] = [];
  const faults = new Faults(options.faults);
  const competitions = new Map(
    Object.entries(options.competitions).map(([id, served]) => [id, openCompetition(id, served)] as const),
  );
  const keys = options.keys ?? { tester: "test-key" };
  const tokens = new Map(Object.entries(options.tokens ?? { "test-token": "tester" }));
  const signingKey = Buffer.from(`${Math.random()}`);

  let lastSerial = 0;
  let lastExpiredSerial = 0;

  const sign = (path: string, expires: string, serial: string) =>
    createHmac("sha256", signingKey).update(`${path}\n${expires}\n${serial}`).digest("base64url");

  const answerStorage = async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> => {
    record("storage", request, url);
    if (request.headers.authorization !== undefined) {
      return xmlError(response, 400, "InvalidArgument", "Only one authentication mechanism may be used.");
    }
    const expires = url.searchParams.get("Expires") ?? "";
    const serial = url.searchParams.get("Serial") ?? "";
    if (!sameText(url.searchParams.get("Signature") ?? "", sign(url.pathname, expires, serial))) {
      return xmlError(response, 403, "SignatureDoesNotMatch", "The signature does not match.");
    }
    if (Number(expires) < Date.now() / 1000 || Number(serial) <= lastExpiredSerial) {
      return xmlError(response, 400, "ExpiredToken", "The address has expired.");
    }
    const fault = faults.take("storage", url.pathname, request.headers.range);
    if (applyBefore(response, fault)) return;
    const [, id, ...parts] = decodeURIComponent(url.pathname).split("/").slice(1);
    const object = competitions.get(id ?? "")?.objects.get(parts.join("/"));
    if (object === undefined) return xmlError(response, 404, "NoSuchKey", "The specified key does not exist.");
    await serveObject(request, response, object, { announce: options.announce, fault });
  };
  const storage = await startLoopback(
    (request, response) => answerStorage(request, response, requestUrl(request)),
    options.storagePort,
  );

  const api = await startLoopback(async (request, response) => {
    const url = requestUrl(request);
    // Python's requests keeps to a proxy once it has one: what it then asks of the storage comes by here.
    if (`http://${url.host}` === storage.url) return answerStorage(request, response, url);
    record("api", request, url);
    const fault = faults.take("api", url.pathname);
    if (applyBefore(response, fault)) return;
    response.setHeader("x-kaggle-apiversion", API_VERSION);
    const body = request.method === "POST" ? parseBody(await requestText(request)) : {};
    const call = parseCall(request, url, body);
    if (call === undefined) return apiError(response, 404, "Not found");
    if (call.name === "IntrospectToken") {
      const username = tokens.get(call.token);
      return json(response, {
        active: username !== undefined,
        username: username ?? "",
        clientId: "",
        userId: 1,
        scope: "",
      });
    }
    if (call.name === "GenerateAccessToken") {
      const token = options.refreshTokens?.[call.token];
      if (token === undefined) return apiError(response, 401, "Unauthenticated");
      tokens.set(token, "tester");
      return json(response, { token, expiresIn: 43_200, userName: "tester", userId: 1 });
    }
    if (!isKnown(request.headers.authorization)) return apiError(response, 401, "Unauthenticated");
    const competition = competitions.get(call.competitionId);
    if (competition === undefined) return apiError(response, 404, "Not found");
    await answer(request, response, call, competition);
  }, options.port);

  async function answer(
    request: IncomingMessage,
    response: ServerResponse,
    call: CompetitionCall,
    competition: Competition,
  ): Promise<void> {
    const { served, objects } = competition;
    const id = call.competitionId;
    if (call.name === "GetCompetition") return json(response, competitionJson(id, competition));
    if (call.name === "ListDataFiles") return json(response, filesPage(served, objects, call.pageSize, call.pageToken));
    if (!competition.rulesAccepted) return apiError(response, 403, NOT_ACCEPTED);
    const key = objectKey(call, served);
    const object = objects.get(key);
    if (object === undefined) return apiError(response, 404, "Not found");
    if (call.name === "DownloadLeaderboard") {
      // The leaderboard comes from Kaggle itself; everything else from the storage.
      return serveObject(request, response, object, { announce: "none", contentType: "application/zip" });
    }
    const path = `/kaggle-competitions-data/${[id, ...key.split("/")].map(encodeURIComponent).join("/")}`;
    const expires = String(Math.floor(Date.now() / 1000) + (options.signedUrlSeconds ?? 600));
    lastSerial += 1;
    const serial = String(lastSerial);
    const query = new URLSearchParams({
      GoogleAccessId: "web-data@loopback.iam.gserviceaccount.com",
      Expires: expires,
      Serial: serial,
      Signature: sign(path, expires, serial),
    });
    response.writeHead(302, { location: `${storage.url}${path}?${query}`, "content-length": 0 }).end();
    return undefined;
  }

  function isKnown(authorization: string | undefined): boolean {
    const [scheme, value = ""] = (authorization ?? "").split(" ");
    if (scheme === "Bearer") return tokens.has(value);
    if (scheme !== "Basic") return false;
    const [username = "", key = ""] = Buffer.from(value, "base64").toString("utf8").split(":");
    return keys[username] !== undefined && keys[username] === key;
  }

  function record(host: "api" | "storage", request: IncomingMessage, url: URL): void {
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(",") : value]),
    );
    requests.push({ host, method: request.method ?? "", path: url.pathname, headers });
  }

  async function close(): Promise<void> {
    await Promise.all([api.close(), storage.close()]);
  }

  return {
    url: api.url,
    storageUrl: storage.url,
    requests,
    faults,
    acceptRules(competitionId) {
      const competition = competitions.get(competitionId);
      if (competition !== undefined) competition.rulesAccepted = true;
    },
    expireAddresses() {
      lastExpiredSerial = lastSerial;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

const ARCHIVE_KEY = "bundle/archive.zip";
const LEADERBOARD_KEY = "leaderboard.zip";

function openCompetition(id: string, served: ServedCompetition): Competition {
  const objects = new Map<string, ServedObject>();
  const files = served.files ?? {};
  for (const [name, content] of Object.entries(files)) {
    const isZipped = served.zipped?.includes(name) ?? false;
    const baseName = name.split("/").at(-1) ?? name;
    objects.set(
      `files/${name}${isZipped ? ".zip" : ""}`,
      new ServedObject(isZipped ? storedZip({ [baseName]: bytesOf(content) }) : content),
    );
  }
  const archive = served.zip ?? storedZip(Object.fromEntries(Object.entries(files).map(([n, c]) => [n, bytesOf(c)])));
  objects.set(ARCHIVE_KEY, new ServedObject(archive));
  if (served.leaderboard !== undefined) {
    const csv = { [`${id}-publicleaderboard.csv`]: bytesOf(served.leaderboard) };
    objects.set(LEADERBOARD_KEY, new ServedObject(storedZip(csv)));
  }
  return { served, objects, rulesAccepted: served.rulesAccepted ?? true };
}

function objectKey(call: CompetitionCall, served: ServedCompetition): string {
  if (call.name === "DownloadDataFiles") return ARCHIVE_KEY;
  if (call.name === "DownloadLeaderboard") return LEADERBOARD_KEY;
  return `files/${call.fileName}${served.zipped?.includes(call.fileName) ? ".zip" : ""}`;
}

function competitionJson(id: string, { served, rulesAccepted }: Competition): object {
  return {
    id: 1,
    ref: `https://www.kaggle.com/competitions/${id}`,
    title: served.title ?? id,
    url: `https://www.kaggle.com/competitions/${id}`,
    category: "Playground",
    reward: "Knowledge",
    deadline: CREATED,
    teamCount: 3,
    userHasEntered: rulesAccepted,
    evaluationMetric: "Accuracy",
    isKernelsSubmissionsOnly: false,
  };
}

function filesPage(
  served: ServedCompetition,
  objects: ReadonlyMap<string, ServedObject>,
  pageSize: number,
  pageToken: string,
): object {
  const names = Object.keys(served.files ?? {});
  // The official client before 1.7 sends the word None for the first page.
  const start = Number(Buffer.from(pageToken, "base64").toString()) || 0;
  const files = names.slice(start, start + pageSize).map((name) => ({
    ref: name,
    name,
    description: "",
    totalBytes: (objects.get(`files/${name}`) ?? objects.get(`files/${name}.zip`))?.bytes ?? 0,
    url: "",
    creationDate: CREATED,
  }));
  const next = start + pageSize < names.length ? Buffer.from(String(start + pageSize)).toString("base64") : "";
  return { files, nextPageToken: next, childrenFetchTimeMs: 0 };
}

function bytesOf(content: ServedContent): Uint8Array | string {
  return typeof content === "string" || content instanceof Uint8Array ? content : readFileSync(content.path);
}

function requestUrl(request: IncomingMessage): URL {
  // A client that takes this server for its proxy sends the whole address.
  return new URL(request.url ?? "/", "http://127.0.0.1");
}

function parseBody(text: string): Readonly<Record<string, unknown>> {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null ? { ...body } : {};
  } catch {
    return {};
  }
}

/** Faults that take the place of an answer. */
function applyBefore(response: ServerResponse, fault: ReturnType<Faults["take"]>): boolean {
  if (fault?.type === "reset") {
    response.destroy();
    return true;
  }
  if (fault?.type !== "status") return false;
  if (fault.retryAfter !== undefined) response.setHeader("retry-after", fault.retryAfter);
  if (fault.body !== undefined) response.writeHead(fault.status, { "content-type": "text/html" }).end(fault.body);
  else apiError(response, fault.status, `Status ${fault.status}`);
  return true;
}

function apiError(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { "content-type": "application/json" }).end(`{"code":${status},"message":"${message}"}`);
}

function xmlError(response: ServerResponse, status: number, code: string, message: string): void {
  response
    .writeHead(status, { "content-type": "application/xml; charset=UTF-8" })
    .end(`<?xml version='1.0' encoding='UTF-8'?><Error><Code>${code}</Code><Message>${message}</Message></Error>`);
}

function json(response: ServerResponse, body: object): void {
  response.writeHead(200, { "content-type": "application/json; charset=utf-8" }).end(JSON.stringify(body));
}

function sameText(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
