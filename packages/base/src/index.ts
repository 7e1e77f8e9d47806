export { abortable } from "./abortable.js";
export { codeOf } from "./code-of.js";
export { CodedError, type CodedErrorOptions, type ErrorKind } from "./coded-error.js";
export { DraftFile, type WriteAtomicallyOptions, writeAtomically } from "./draft-file.js";
export { editDistance } from "./edit-distance.js";
export { formatBytes } from "./format-bytes.js";
export { freeBytes, usableBytes } from "./free-bytes.js";
export type { GenerationOptions } from "./generation-options.js";
export { type FileLock, type LockOptions, type LockOwner, lockFile, lockHolder, tryLockFile } from "./lock-file.js";
export { messageOf } from "./message-of.js";
export { MODEL_CALL_OBSERVER, type ModelCallObserver } from "./model-call-observer.js";
export { nearestNames } from "./nearest-names.js";
export { parseJson } from "./parse-json.js";
export { printable, printableJson, printableLine } from "./printable.js";
export { currentOwner, ownerState, type ProcessOwner } from "./process-owner.js";
export { parseRetryAfter } from "./retry-after.js";
export { Semaphore } from "./semaphore.js";
export { shortId } from "./short-id.js";
export { sleep } from "./sleep.js";
export { stateDirectory } from "./state-directory.js";
export { type Deadline, startDeadline, startTimer } from "./timer.js";
export { withoutUndefined } from "./without-undefined.js";
export {
  readRange,
  readZipDirectory,
  type ZipBytes,
  type ZipDirectory,
  ZipDirectoryError,
  type ZipRecord,
  zip64Fields,
} from "./zip-directory.js";
