export { ArchiveError, type ArchiveErrorReason } from "./archives/archive-error.js";
export { type ExtractOptions, type ExtractProgress, type ExtractResult, extract } from "./archives/extract.js";
export type { ExtractLimits } from "./archives/extract-guard.js";
export { listTar, type TarListing } from "./archives/extract-tar.js";
export { listSevenZip, writeSevenZip } from "./archives/seven-zip.js";
export { writeTar } from "./archives/write-tar.js";
export { type WriteZipOptions, writeZip, type ZipSource } from "./archives/write-zip.js";
export { type AssetFile, type AssetKind, assetFile } from "./assets/asset.js";
export { AssetMismatchError, AssetUnavailableError, UnknownAssetError } from "./assets/asset-errors.js";
export { type EnsureAssetsOptions, type EnsureAssetsReport, ensureAssets } from "./assets/ensure-assets.js";
export {
  type FetchAssetOptions,
  type FetchedAsset,
  fetchAsset,
  fetchDescription,
  fetchLeaderboard,
} from "./assets/fetch-asset.js";
export { type FindAssetOptions, type FoundAsset, findAsset } from "./assets/find-asset.js";
export {
  type ChecksumDifference,
  ChecksumMismatchError,
  compareChecksums,
  describeDifference,
  md5OfFile,
  preparedChecksums,
  readChecksumsFile,
  updateChecksumsFile,
} from "./checksums.js";
export { type ContentComparison, compareContent } from "./compare-content.js";
export { type DataPaths, dataPaths, isPrepared } from "./data-paths.js";
export {
  type CompetitionDataStatus,
  dataStatus,
  type PrunedPath,
  type PruneResult,
  pruneData,
  type VerifyPreparedResult,
  verifyPrepared,
} from "./data-status.js";
export { type DiskPlan, planDiskForFolder, planDiskForRemoteZip, planDiskForZip, type RemoteZip } from "./disk-plan.js";
export { DataPrepError, RandomArgumentError } from "./errors.js";
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
export { DiskSpaceError, requireFreeBytes } from "./files/require-free-bytes.js";
export { type WalkEntry, walkFiles } from "./files/walk-files.js";
export { OutputDirectory } from "./output-directory.js";
export {
  PreparationError,
  type PrepareCompetitionOptions,
  type PrepareResult,
  prepareCompetition,
} from "./prepare-competition.js";
export { createPrepareContext, type FetchFile, type PrepareContextOptions } from "./prepare-context.js";
export type { PrepareProgress, PrepareStage } from "./prepare-progress.js";
export { definePreparer, type PrepareContext, type Preparer, type RawFileSize } from "./preparer.js";
export {
  getPreparer,
  isRegisteredPreparer,
  listPreparers,
  registerPreparer,
  UnknownPreparerError,
} from "./preparers.js";
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
export { RawDirOverlapError, requireRawDirApart } from "./raw-dir-overlap.js";
export { MissingRawFileError, RawDirectory } from "./raw-directory.js";
export { type Downloader, NoRawDataError } from "./raw-source.js";
export { type PublicDataSurvey, surveyPublicData } from "./survey-public-data.js";
export { type GroupSplit, splitByGroup } from "./tables/split-by-group.js";
export { trainTestSplitFrame } from "./tables/train-test-split-frame.js";
