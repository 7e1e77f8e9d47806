export type { KaggleProtocol } from "./api.js";
export type {
  CallOptions,
  ClientDownloadOptions,
  CompetitionFile,
  CompetitionInfo,
  KaggleClientOptions,
  RemoteArchive,
  RulesState,
} from "./client.js";
export { KaggleClient } from "./client.js";
export type {
  Credentials,
  CredentialsWarning,
  KeyCredentials,
  LoadCredentialsOptions,
  OauthCredentials,
  TokenCredentials,
} from "./credentials.js";
export { credentialsFingerprint, loadCredentials } from "./credentials.js";
export type { ChecksumKind, Checksums } from "./download/checksums.js";
export type { DownloadUrlOptions } from "./download/download-url.js";
export { downloadUrl } from "./download/download-url.js";
export type { DownloadEvent } from "./download/events.js";
export type { DownloadResult, TransferOptions } from "./download/transfer-options.js";
export {
  CredentialsFileError,
  CredentialsNotFoundError,
  DiskFullError,
  DownloadLockedError,
  FileSystemError,
  ForbiddenError,
  IntegrityError,
  KaggleError,
  NetworkError,
  NotFoundError,
  RateLimitedError,
  RulesNotAcceptedError,
  rulesPage,
  ServerError,
  StalledError,
  UnauthorizedError,
  UnexpectedResponseError,
} from "./errors.js";
export type { FetchLfsObjectOptions, LfsObject } from "./git-lfs.js";
export { fetchLfsObject, parseLfsPointer } from "./git-lfs.js";
export type { RetryAttempt, RetryPolicy } from "./http/retry.js";
export type { Transport, TransportOptions } from "./http/transport.js";
export { createTransport } from "./http/transport.js";
export { KAGGLE_VARIABLES } from "./kaggle-variables.js";
export type { CheckRulesOptions, RulesEvent, RulesReport } from "./rules.js";
export { checkRules } from "./rules.js";
export { Secret } from "./secret.js";
