import { CodedError } from "@mlebench/base";

/** Base of every error thrown by this package. No message contains a key, a token or the query of a signed address. */
export class KaggleError extends CodedError {
  static override readonly packageName = "@mlebench/kaggle-client";
}

/** No credentials anywhere; `places` lists where they were looked for, variables and files. */
export class CredentialsNotFoundError extends KaggleError {
  readonly places: readonly string[];

  /** @param lacks the same in words. */
  constructor(places: readonly string[], lacks = `looked in ${places.join(", ")}`) {
    super({
      code: "KAGGLE_NO_CREDENTIALS",
      message: `No Kaggle credentials found: ${lacks}.`,
      hint: "Create a token at https://www.kaggle.com/settings and set KAGGLE_API_TOKEN, or save the kaggle.json it gives as ~/.kaggle/kaggle.json.",
    });
    this.places = places;
  }
}

/** A credentials file exists but cannot be used. */
export class CredentialsFileError extends KaggleError {
  constructor(path: string, problem: string, options?: { cause?: unknown }) {
    super({
      code: "KAGGLE_BAD_CREDENTIALS_FILE",
      message: `Cannot use the Kaggle credentials in ${path}: ${problem}.`,
      hint: "Create a new token at https://www.kaggle.com/settings and replace the file.",
      ...options,
    });
  }
}

/** HTTP 401: the server does not know these credentials. */
export class UnauthorizedError extends KaggleError {
  constructor(what: string, source: string, options?: { cause?: unknown }) {
    super({
      code: "KAGGLE_UNAUTHORIZED",
      message: `The credentials from ${source} were not accepted for ${what} (401).`,
      hint: "A Kaggle key may be expired or replaced by a newer one: create one at https://www.kaggle.com/settings.",
      ...options,
    });
  }
}

/** HTTP 403 because the account has not accepted the rules of a competition. */
export class RulesNotAcceptedError extends KaggleError {
  readonly competitionId: string;
  /** The page on which the rules can be accepted. */
  readonly rulesUrl: string;

  constructor(competitionId: string, options?: { cause?: unknown }) {
    const rulesUrl = rulesPage(competitionId);
    super({
      code: "KAGGLE_RULES_NOT_ACCEPTED",
      message: `Kaggle refused ${competitionId}: its rules are not accepted by this account.`,
      hint: `Open ${rulesUrl}, accept (joining late counts), and run again.`,
      ...options,
    });
    this.competitionId = competitionId;
    this.rulesUrl = rulesUrl;
  }
}

/** HTTP 403 for any other reason; the message has the server's words. */
export class ForbiddenError extends KaggleError {
  constructor(what: string, said: string, options?: { hint?: string; cause?: unknown }) {
    super({
      code: "KAGGLE_FORBIDDEN",
      message: `Refused (403): ${what}${said === "" ? "." : `: ${said}`}`,
      hint:
        options?.hint ??
        "Check that this account may see it: phone verification and invitations are asked for by some.",
      cause: options?.cause,
    });
  }
}

/** HTTP 404. */
export class NotFoundError extends KaggleError {
  constructor(what: string, said: string, options?: { cause?: unknown }) {
    super({
      code: "KAGGLE_NOT_FOUND",
      message: `Not found (404): ${what}${said === "" ? "." : `: ${said}`}`,
      hint: "Check the spelling; a competition's id is the last part of its address.",
      ...options,
    });
  }
}

/** HTTP 429 that was still there when the retries were used up. */
export class RateLimitedError extends KaggleError {
  /** What the server asked to wait, when it said so. */
  readonly retryAfterSeconds: number | undefined;

  constructor(what: string, options?: { retryAfterSeconds?: number; cause?: unknown }) {
    const wait = options?.retryAfterSeconds;
    super({
      code: "KAGGLE_RATE_LIMITED",
      message: `Too many requests (429) for ${what}${wait === undefined ? "." : `; asked to wait ${Math.ceil(wait)} s.`}`,
      hint: "Wait a while and run again; what is done is kept.",
      cause: options?.cause,
    });
    this.retryAfterSeconds = wait;
  }
}

/** HTTP 5xx that was still there when the retries were used up. */
export class ServerError extends KaggleError {
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;

  constructor(what: string, status: number, options?: { retryAfterSeconds?: number; cause?: unknown }) {
    super({
      code: "KAGGLE_SERVER_ERROR",
      message: `The server failed with ${status} for ${what}.`,
      hint: "Usually passes: run again in a few minutes; what is done is kept.",
      cause: options?.cause,
    });
    this.status = status;
    this.retryAfterSeconds = options?.retryAfterSeconds;
  }
}

/** An answer that this client does not understand: another status, a redirect without end, JSON of another shape. */
export class UnexpectedResponseError extends KaggleError {
  readonly status: number | undefined;

  constructor(what: string, problem: string, options?: { status?: number; cause?: unknown }) {
    super({
      code: "KAGGLE_UNEXPECTED_RESPONSE",
      message: `Unexpected answer for ${what}: ${problem}`,
      hint: "A proxy or login page may have answered in the server's place; check the base URL and the proxy settings.",
      cause: options?.cause,
    });
    this.status = options?.status;
  }
}

/** The connection could not be made or broke, and retrying did not help. */
export class NetworkError extends KaggleError {
  constructor(what: string, problem: string, options?: { cause?: unknown }) {
    super({
      code: "KAGGLE_NETWORK",
      message: `Network trouble with ${what}: ${problem}`,
      hint: "Check the connection and HTTP_PROXY / HTTPS_PROXY / NO_PROXY, then run again; a download continues where it stopped.",
      ...options,
    });
  }
}

/** No byte arrived for `stallSeconds`, and retrying did not help. */
export class StalledError extends KaggleError {
  constructor(what: string, stallSeconds: number) {
    super({
      code: "KAGGLE_STALLED",
      message: `No data for ${stallSeconds} s from ${what}.`,
      hint: "Run again, it continues where it stopped; raise stallSeconds on a very slow line.",
    });
  }
}

/** The disk is too small (found before the download) or became full (found while writing). */
export class DiskFullError extends KaggleError {
  readonly directory: string;
  readonly neededBytes: number | undefined;
  readonly availableBytes: number | undefined;

  constructor(
    directory: string,
    options: { neededBytes?: number; availableBytes?: number; when: "before" | "during"; cause?: unknown },
  ) {
    const { neededBytes, availableBytes } = options;
    super({
      code: "KAGGLE_DISK_FULL",
      message:
        options.when === "before"
          ? `Not enough space in ${directory}: ${neededBytes} bytes needed, ${availableBytes} may be used (5 GiB, or 5 % of a smaller disk, stay free).`
          : `The disk of ${directory} became full while downloading${neededBytes === undefined ? "" : `; ${neededBytes} bytes are still to come`}.`,
      hint: "Free some space or choose another directory and run again; what is already there is kept.",
      cause: options.cause,
    });
    this.directory = directory;
    this.neededBytes = neededBytes;
    this.availableBytes = availableBytes;
  }
}

/** The bytes received are not the expected ones, also after starting over. */
export class IntegrityError extends KaggleError {
  readonly path: string;
  /** What was compared. */
  readonly mismatch: "length" | "md5" | "sha256" | "crc32c";
  readonly expected: string;
  readonly actual: string;

  constructor(path: string, mismatch: IntegrityError["mismatch"], expected: string, actual: string) {
    super({
      code: mismatch === "length" ? "KAGGLE_LENGTH_MISMATCH" : "KAGGLE_CHECKSUM_MISMATCH",
      message: `${path}: ${mismatch} is ${actual}, expected ${expected}.`,
      hint: "Nothing was kept. If running again does not help, the source holds another file than expected.",
    });
    this.path = path;
    this.mismatch = mismatch;
    this.expected = expected;
    this.actual = actual;
  }
}

/** Another running process downloads to the same place. */
export class DownloadLockedError extends KaggleError {
  constructor(path: string, holder: string) {
    super({
      code: "KAGGLE_DOWNLOAD_LOCKED",
      message: `${path} is being downloaded by ${holder}.`,
      hint: "Wait for it to end or stop it, then run again.",
    });
  }
}

/** A file system operation failed for a reason other than space. */
export class FileSystemError extends KaggleError {
  constructor(path: string, problem: string, options?: { cause?: unknown }) {
    super({
      code: "KAGGLE_FILE_SYSTEM",
      message: `Cannot write ${path}: ${problem}`,
      hint: "Check the directory and its permissions.",
      ...options,
    });
  }
}

/** The page on which a competition's rules are read and accepted. */
export function rulesPage(competitionId: string): string {
  return `https://www.kaggle.com/c/${encodeURIComponent(competitionId)}/rules`;
}
