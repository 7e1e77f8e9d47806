export {
  findCompetition,
  getChecksums,
  getCompetition,
  getThresholds,
  listCompetitions,
  registerCompetition,
  UPSTREAM_SOURCE,
} from "./catalogue.js";
export {
  CompetitionsError,
  DuplicateCompetitionError,
  EmptySplitError,
  InvalidCompetitionError,
  NotASplitError,
  SplitError,
  SplitNotAFileError,
  UnknownCompetitionError,
  UnknownSplitError,
  UnreadableSplitError,
} from "./errors.js";
export type { ExcludedCompetition } from "./excluded-competitions.js";
export { EXCLUDED_COMPETITIONS } from "./excluded-competitions.js";
export type { Asset, Checksums, Competition, CompetitionEntry, Prize, Thresholds } from "./schema.js";
export { listSplits, readSplit } from "./splits.js";
