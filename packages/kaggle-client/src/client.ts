import { isAbsolute, join } from "node:path";
import { Semaphore } from "@mlebench/base";
import type { Dispatcher } from "undici";
import { KaggleApi, type KaggleProtocol, type Operation, operations } from "./api.js";
import { ApiCompetition, ApiFilesPage } from "./api-types.js";
import { type Credentials, type CredentialsWarning, credentialsFingerprint, loadCredentials } from "./credentials.js";
import { Bandwidth } from "./download/bandwidth.js";
import { download } from "./download/download.js";
import { readPart } from "./download/read-part.js";
import { type DownloadSource, signedSource } from "./download/source.js";
import type { DownloadResult, TransferOptions } from "./download/transfer-options.js";
import { KaggleError, NotFoundError, RulesNotAcceptedError, UnexpectedResponseError } from "./errors.js";
import { bodyChunks } from "./http/read-body.js";
import { type RetryAttempt, type RetryPolicy, withRetry } from "./http/retry.js";
import { createTransport, type Transport } from "./http/transport.js";

const FILES_PER_PAGE = 200;
/** More than any competition has; a server that lists on and on is ended. */
const MOST_FILES = 2_000_000;
const MOST_EMPTY_PAGES = 100;
/** Real ones have some megabytes. */
const MOST_LEADERBOARD_BYTES = 256 * 2 ** 20;
/** What file systems take. */
const LONGEST_NAME_BYTES = 255;
const LONGEST_PATH_BYTES = 3000;

/** What a {@link KaggleClient} takes. */
export interface KaggleClientOptions {
  /** From `loadCredentials()`. */
  readonly credentials: Credentials;
  /**
   * In place of Kaggle's own addresses, for a proxy or a test server; `/api/v1` is added unless it ends in `/v1`.
   * @default env KAGGLE_API_BASE, else env KAGGLE_API_ENDPOINT (the official client's), else Kaggle
   */
  readonly baseUrl?: string;
  /** `rpc` is what the official client 2 speaks, `rest` what its versions before and kagglehub speak. @default "rpc" */
  readonly protocol?: KaggleProtocol;
  /** Downloads at one time; further ones wait. @default 4 */
  readonly maxConcurrentDownloads?: number;
  /** Shared by all downloads of this client. @default unlimited */
  readonly maxBytesPerSecond?: number;
  /** How long to wait for an answer to begin. @default 60 */
  readonly timeoutSeconds?: number;
  readonly retry?: RetryPolicy;
  /** Called before a question to the API is repeated. */
  readonly onRetry?: (attempt: RetryAttempt) => void;
  /** Where proxies and the base URL are read. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** An undici dispatcher of your own, instead of one that follows the proxy variables. */
  readonly dispatcher?: Dispatcher;
}

/** What every call takes. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Over the client's, for this call. */
  readonly retry?: RetryPolicy;
}

/** What Kaggle says about a competition; fields it left out are undefined. */
export interface CompetitionInfo {
  readonly id: string;
  readonly title: string | undefined;
  readonly url: string;
  readonly description: string | undefined;
  readonly category: string | undefined;
  readonly reward: string | undefined;
  /** As sent: a date and time, UTC. */
  readonly deadline: string | undefined;
  readonly teams: number | undefined;
  readonly userHasEntered: boolean | undefined;
  readonly evaluationMetric: string | undefined;
  readonly isCodeCompetition: boolean | undefined;
}

/** One file of a competition. */
export interface CompetitionFile {
  /** With folders, `/` between them. */
  readonly name: string;
  readonly bytes: number | undefined;
  /** As sent: a date and time, UTC. */
  readonly createdAt: string | undefined;
}

/** What a download takes. */
export interface ClientDownloadOptions extends TransferOptions {
  /** Where the file goes; made when missing. */
  readonly directory: string;
}

/** A competition's archive, not downloaded. */
export interface RemoteArchive {
  readonly bytes: number;
  /** @returns exactly these bytes. */
  read(position: number, length: number): Promise<Buffer>;
}

/** The state of a competition's rules for this account. Whatever is not known for sure is unknown, with the reason. */
export type RulesState =
  | { readonly state: "accepted" }
  | { readonly state: "not-accepted"; readonly rulesUrl: string }
  | { readonly state: "unknown"; readonly error: KaggleError };

/** Kaggle's competitions as seen by one account. Close it (`await using` or `close()`) to end its connections. */
export class KaggleClient implements AsyncDisposable {
  readonly #api: KaggleApi;
  readonly #transport: Transport;
  readonly #slots: Semaphore;
  readonly #bandwidth: Bandwidth | undefined;
  readonly #options: KaggleClientOptions;
  readonly #timeoutSeconds: number;
  /** Names the account in caches, without telling who it is. */
  readonly accountFingerprint: string;
  /** What should be changed about the credentials, such as the mode of their file. */
  readonly credentialsWarnings: readonly CredentialsWarning[];

  constructor(options: KaggleClientOptions) {
    const env = options.env ?? process.env;
    this.#options = options;
    this.#timeoutSeconds = options.timeoutSeconds ?? 60;
    this.#transport = createTransport({ env, dispatcher: options.dispatcher });
    this.#slots = new Semaphore(options.maxConcurrentDownloads ?? 4);
    this.#bandwidth = options.maxBytesPerSecond === undefined ? undefined : new Bandwidth(options.maxBytesPerSecond);
    this.accountFingerprint = credentialsFingerprint(options.credentials);
    this.credentialsWarnings = options.credentials.warnings;
    this.#api = new KaggleApi({
      credentials: options.credentials,
      transport: this.#transport,
      protocol: options.protocol ?? "rpc",
      baseUrl: options.baseUrl ?? (env["KAGGLE_API_BASE"] || env["KAGGLE_API_ENDPOINT"] || undefined),
      timeoutSeconds: this.#timeoutSeconds,
    });
  }

  /** A client with this machine's credentials. @throws CredentialsNotFoundError, CredentialsFileError */
  static async fromEnvironment(options: Omit<KaggleClientOptions, "credentials"> = {}): Promise<KaggleClient> {
    return new KaggleClient({ ...options, credentials: await loadCredentials({ env: options.env }) });
  }

  /** @throws NotFoundError, UnauthorizedError, ... */
  async competition(id: string, options: CallOptions = {}): Promise<CompetitionInfo> {
    const answer = await this.#retried(
      () => this.#api.json(operations.competition(id), ApiCompetition, options.signal),
      options,
    );
    return {
      id,
      title: answer.title ?? undefined,
      url: answer.url ?? answer.ref ?? `https://www.kaggle.com/competitions/${id}`,
      description: answer.description ?? undefined,
      category: answer.category ?? undefined,
      reward: answer.reward ?? undefined,
      deadline: answer.deadline ?? undefined,
      teams: answer.teamCount ?? undefined,
      userHasEntered: answer.userHasEntered ?? undefined,
      evaluationMetric: answer.evaluationMetric ?? undefined,
      isCodeCompetition: answer.isKernelsSubmissionsOnly ?? undefined,
    };
  }

  /** All files, page after page. */
  async files(id: string, options: CallOptions & { readonly pageSize?: number } = {}): Promise<CompetitionFile[]> {
    const files: CompetitionFile[] = [];
    const seen = new Set<string>();
    let emptyPages = 0;
    for (let pageToken: string | undefined; ; ) {
      const operation = operations.files(id, options.pageSize ?? FILES_PER_PAGE, pageToken);
      const page = await this.#retried(() => this.#api.json(operation, ApiFilesPage, options.signal), options);
      for (const file of page.files ?? []) {
        const name = file.name || file.ref;
        if (!name) throw new UnexpectedResponseError(operation.what, "a file without a name");
        files.push({ name, bytes: file.totalBytes ?? undefined, createdAt: file.creationDate ?? undefined });
      }
      if (files.length > MOST_FILES) throw new UnexpectedResponseError(operation.what, `more than ${MOST_FILES} files`);
      if ((page.files ?? []).length === 0) emptyPages += 1;
      if (emptyPages > MOST_EMPTY_PAGES) {
        throw new UnexpectedResponseError(operation.what, `more than ${MOST_EMPTY_PAGES} pages without a file`);
      }
      pageToken = page.nextPageToken || undefined;
      if (pageToken === undefined) return files;
      if (seen.has(pageToken)) throw new UnexpectedResponseError(operation.what, "the same page again and again");
      seen.add(pageToken);
    }
  }

  /**
   * Downloads one file to `<directory>/<fileName>`, folders included. Where Kaggle keeps it zipped, `.zip` is added to the name.
   * @throws RulesNotAcceptedError, NotFoundError, DiskFullError, IntegrityError, ...
   */
  async downloadFile(id: string, fileName: string, options: ClientDownloadOptions): Promise<DownloadResult> {
    if (!isSafeName(fileName))
      throw new NotFoundError(`file ${JSON.stringify(fileName.slice(0, 300))} of ${id}`, "not a file's name");
    return this.#inSlot(options, async () => {
      const operation = operations.downloadFile(id, fileName);
      const address = await this.#locate(operation, options);
      const isZipped = isPathOf(address, `/${fileName.split("/").at(-1)}.zip`);
      const path = join(options.directory, ...fileName.split("/")) + (isZipped ? ".zip" : "");
      return this.#download(operation, `kaggle:${id}:file:${fileName}`, path, options, address);
    });
  }

  /** Downloads everything as one archive, `<directory>/<id>.zip`. */
  async downloadAll(id: string, options: ClientDownloadOptions): Promise<DownloadResult> {
    const path = join(options.directory, `${fileNameOf(id)}.zip`);
    return this.#inSlot(options, () => this.#download(operations.downloadAll(id), `kaggle:${id}:all`, path, options));
  }

  /**
   * The archive of everything as something to read parts of, such as its table of contents.
   * @throws UnexpectedResponseError when the storage does not answer for ranges; else as `downloadAll`.
   */
  async archive(id: string, options: CallOptions = {}): Promise<RemoteArchive> {
    const source = this.#source(operations.downloadAll(id), `kaggle:${id}:all`);
    const read = async (position: number, length: number): Promise<{ part: Buffer; bytes: number }> => {
      const range = `bytes=${position}-${position + length - 1}`;
      return await this.#retried(
        () => readPart(source, range, { length, stallSeconds: this.#timeoutSeconds, signal: options.signal }),
        options,
      );
    };
    const { bytes } = await read(0, 1);
    return { bytes, read: async (position, length) => (await read(position, length)).part };
  }

  /** Downloads the public leaderboard, a zip with one CSV, as `<directory>/<id>-leaderboard.zip`. */
  async leaderboard(id: string, options: ClientDownloadOptions): Promise<DownloadResult> {
    const path = join(options.directory, `${fileNameOf(id)}-leaderboard.zip`);
    const operation = operations.leaderboard(id);
    const bounded = { maxBytes: MOST_LEADERBOARD_BYTES, ...options };
    return this.#inSlot(options, () => this.#download(operation, `kaggle:${id}:leaderboard`, path, bounded));
  }

  /**
   * Whether this account has accepted a competition's rules: asks for the archive's first byte. Only that byte counts as
   * accepted. Never throws but for an aborted signal.
   */
  async rulesState(id: string, options: CallOptions = {}): Promise<RulesState> {
    try {
      await this.#retried(async () => {
        const source = this.#source(operations.downloadAll(id), "");
        const response = await source.open({ range: "bytes=0-0" }, options.signal);
        const { what } = source;
        const chunks = bodyChunks(response.body, { what, stallSeconds: this.#timeoutSeconds, signal: options.signal });
        const first = await chunks.next();
        await chunks.return();
        if (response.status === 416 || first.done) throw new UnexpectedResponseError(what, "nothing in it");
      }, options);
      return { state: "accepted" };
    } catch (error) {
      options.signal?.throwIfAborted();
      if (RulesNotAcceptedError.is(error)) return { state: "not-accepted", rulesUrl: error.rulesUrl };
      if (KaggleError.is(error)) return { state: "unknown", error };
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#transport.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** The signed address of a file; undefined when Kaggle answers itself. */
  async #locate(operation: Operation, options: CallOptions): Promise<string | undefined> {
    const answer = await this.#retried(() => this.#api.download(operation, { signal: options.signal }), options);
    if ("redirectedTo" in answer) return answer.redirectedTo;
    answer.response.body.destroy();
    return undefined;
  }

  #download(
    operation: Operation,
    identity: string,
    path: string,
    options: ClientDownloadOptions,
    address?: string,
  ): Promise<DownloadResult> {
    return download(this.#source(operation, identity, { address, timeoutSeconds: options.stallSeconds }), {
      ...options,
      retry: { ...this.#options.retry, ...options.retry },
      bandwidth: this.#bandwidth,
      path,
    });
  }

  #source(
    operation: Operation,
    identity: string,
    known: { address?: string; timeoutSeconds?: number } = {},
  ): DownloadSource {
    return signedSource({
      transport: this.#transport,
      identity,
      what: operation.what,
      fileName: operation.fileName,
      timeoutSeconds: known.timeoutSeconds ?? this.#timeoutSeconds,
      address: known.address,
      locate: (extraHeaders, signal) => this.#api.download(operation, { extraHeaders, signal }),
    });
  }

  async #inSlot<T>(options: CallOptions, action: () => Promise<T>): Promise<T> {
    const release = await this.#slots.acquire(options.signal);
    try {
      return await action();
    } finally {
      release();
    }
  }

  #retried<T>(action: () => Promise<T>, options: CallOptions): Promise<T> {
    const { retry, onRetry } = this.#options;
    return withRetry(action, { policy: { ...retry, ...options.retry }, signal: options.signal, onRetry });
  }
}

function isPathOf(address: string | undefined, ending: string): boolean {
  if (address === undefined) return false;
  const { pathname } = new URL(address);
  try {
    return decodeURI(pathname).endsWith(ending);
  } catch {
    // A stray percent sign: the path is taken as it stands.
    return pathname.endsWith(ending);
  }
}

/** An id used as a file name must be one. */
function fileNameOf(id: string): string {
  if (!isSafeName(id) || id.includes("/")) throw new NotFoundError(`competition ${JSON.stringify(id)}`, "not an id");
  return id;
}

function isSafeName(name: string): boolean {
  const parts = name.split("/");
  const isShort = (text: string, most: number) => Buffer.byteLength(text) <= most;
  return (
    !isAbsolute(name) &&
    !/[\\\p{Cc}]/u.test(name) &&
    isShort(name, LONGEST_PATH_BYTES) &&
    parts.every((part) => part !== "" && part !== "." && part !== ".." && isShort(part, LONGEST_NAME_BYTES))
  );
}
