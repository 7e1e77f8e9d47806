import type { RetryPolicy } from "../http/retry.js";
import type { ChecksumKind, Checksums } from "./checksums.js";
import type { DownloadEvent } from "./events.js";

/** What all downloads understand. */
export interface TransferOptions {
  /** Expected size; a difference is an IntegrityError, known before the first byte when the server tells its size. */
  readonly bytes?: number;
  /** More than this is refused, announced or not. @default what the disk may take */
  readonly maxBytes?: number;
  /** Expected MD5, hexadecimal. */
  readonly md5?: string;
  /** Expected SHA-256, hexadecimal. */
  readonly sha256?: string;
  /** Download also when a fitting file is there. @default false */
  readonly overwrite?: boolean;
  /** Stop waiting (and retry) after this many seconds without a byte. @default 60 */
  readonly stallSeconds?: number;
  readonly retry?: RetryPolicy;
  /** How long to wait for another process that downloads to the same place, before DownloadLockedError. @default 0 */
  readonly lockWaitSeconds?: number;
  /** Least time between two `download-progress` events. @default 0.5 */
  readonly progressIntervalSeconds?: number;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: DownloadEvent) => void;
}

/** A file that has arrived whole. */
export interface DownloadResult {
  readonly path: string;
  readonly bytes: number;
  /** Bytes already on disk from an earlier run. */
  readonly resumedBytes: number;
  /** True when a fitting file was there and nothing was downloaded. */
  readonly unchanged: boolean;
  /** What the file was checked against: its length, and the strongest checksum that was known. */
  readonly verified: readonly ("length" | ChecksumKind)[];
  /** The checksums that were computed, hexadecimal. */
  readonly checksums: Checksums;
}
