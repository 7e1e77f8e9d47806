import { codeOf, messageOf } from "@mlebench/base";
import { DataPrepError } from "../errors.js";

/** Why an archive was refused. */
export type ArchiveErrorReason =
  | "unsafe-name"
  | "link"
  | "special-file"
  | "limit"
  | "room"
  | "truncated"
  | "checksum"
  | "duplicate"
  | "encrypted"
  | "unsupported"
  | "damaged";

const HINTS: Record<ArchiveErrorReason, string> = {
  "unsafe-name": "No honest archive has such a name. Do not use it; get it anew from its source.",
  link: "Links are not unpacked, because they can lead out of the folder. Get the archive anew from its source.",
  "special-file": "Only files and folders are unpacked. Get the archive anew from its source.",
  limit: "If the archive is what you expect, raise the limit that the message names.",
  room: "Free some space or choose another data directory; if the archive should be smaller, get it anew from its source.",
  truncated: "The download stopped early: delete the file and get it again.",
  checksum: "The archive is damaged: delete it and get it again.",
  duplicate: "Two contents for one name cannot both be right. Get the archive anew from its source.",
  encrypted: "Unpack it yourself with its password and use the folder.",
  unsupported: "Unpack it yourself with another program and use the folder.",
  damaged: "The archive is damaged or no archive: delete it and get it again.",
};

/** An archive was refused; nothing outside of the target folder was touched. */
export class ArchiveError extends DataPrepError {
  readonly reason: ArchiveErrorReason;
  readonly archivePath: string;
  /** The entry at fault, as the archive names it. */
  readonly entry: string | undefined;

  constructor(
    reason: ArchiveErrorReason,
    archivePath: string,
    problem: string,
    options: { readonly entry?: string; readonly cause?: unknown } = {},
  ) {
    const entry = options.entry === undefined ? "" : ` (entry ${JSON.stringify(options.entry.slice(0, 200))})`;
    super({
      code: `DATA_PREP_ARCHIVE_${reason.toUpperCase().replace("-", "_")}`,
      message: `Refused ${archivePath}: ${problem}${entry}.`,
      hint: HINTS[reason],
      cause: options.cause,
    });
    this.reason = reason;
    this.archivePath = archivePath;
    this.entry = options.entry;
  }
}

/** Names what zlib found wrong. Errors of other kinds come back as they are. */
export function gzipError(error: unknown, archivePath: string): unknown {
  const code = codeOf(error);
  if (code === "Z_BUF_ERROR") {
    return new ArchiveError("truncated", archivePath, "its compressed data end early", { cause: error });
  }
  if (code === "Z_DATA_ERROR" && messageOf(error).includes("incorrect data check")) {
    return new ArchiveError("checksum", archivePath, "the CRC-32 of its content is wrong", { cause: error });
  }
  if (code?.startsWith("Z_")) {
    return new ArchiveError("damaged", archivePath, "its compressed data are damaged", { cause: error });
  }
  return error;
}
