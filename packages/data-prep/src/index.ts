export { ArchiveError, type ArchiveErrorReason } from "./archives/archive-error.js";
export { type ExtractOptions, type ExtractProgress, type ExtractResult, extract } from "./archives/extract.js";
export type { ExtractLimits } from "./archives/extract-guard.js";
export { listTar, type TarListing } from "./archives/extract-tar.js";
export { listSevenZip, writeSevenZip } from "./archives/seven-zip.js";
export { writeTar } from "./archives/write-tar.js";
export { type WriteZipOptions, writeZip, type ZipSource } from "./archives/write-zip.js";
export { DataPrepError, SplitError } from "./errors.js";
export { DiskSpaceError, freeBytes, requireFreeBytes } from "./files/free-bytes.js";
export { UnsafePathError } from "./files/join-inside.js";
export {
  MissingSourceError,
  type Placement,
  type PlaceOptions,
  type PlaceResult,
  placeFile,
  placeFiles,
  placeTree,
} from "./files/place-files.js";
export { type WalkEntry, walkFiles } from "./files/walk-files.js";
export { writeAtomically } from "./files/write-atomically.js";
export { OutputDirectory } from "./output-directory.js";
export { createPrepareContext, type FetchFile, type PrepareContextOptions } from "./prepare-context.js";
export { definePreparer, type PrepareContext, type Preparer, type RawFileSize } from "./preparer.js";
export { getPreparer, listPreparers, registerPreparer, UnknownPreparerError } from "./preparers.js";
export { JsonObject } from "./py-json/json-object.js";
export {
  JsonSyntaxError,
  type ParsePyJsonOptions,
  PyFloat,
  type PyJson,
  parsePyJson,
  pyFloat,
  readPyJson,
} from "./py-json/parse-py-json.js";
export { pyJsonString, toPyJson, type WritePyJsonOptions, writePyJson } from "./py-json/write-py-json.js";
export { Generator } from "./random/generator.js";
export { groupShuffleSplit } from "./random/group-shuffle-split.js";
export { PyRandom } from "./random/py-random.js";
export { RandomState } from "./random/random-state.js";
export { roundHalfEven, type SampleRowsOptions, sampleRows } from "./random/sample-rows.js";
export {
  type SplitIndices,
  type TrainTestSplitOptions,
  trainTestSplit,
  trainTestSplitList,
} from "./random/train-test-split.js";
export { MissingRawFileError, RawDirectory } from "./raw-directory.js";
export { type GroupSplit, splitByGroup } from "./tables/split-by-group.js";
export { trainTestSplitFrame } from "./tables/train-test-split-frame.js";
