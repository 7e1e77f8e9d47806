import { z } from "zod";

const Md5 = z.string().regex(/^[0-9a-f]{32}$/, "an md5 in lower case hex");
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, "a SHA-256 in lower case hex");
/** Ids become folder names, so nothing but what is safe in a path. */
const CompetitionId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "letters, digits, dots, dashes and underscores");
const PreparedPath = z
  .string()
  .regex(/^(public|private)\/[^/\\]+$/, "a file directly below public/ or private/, such as private/test.csv");

/** A file that upstream ships beside a competition and that is fetched, not bundled. */
export const Asset = z.strictObject({
  sha256: Sha256,
  /** Bytes. */
  size: z.number().int().nonnegative(),
});
export type Asset = z.infer<typeof Asset>;

/** What a competition gives its winners. */
export const Prize = z.strictObject({
  /** A rank, or the name of a special prize. */
  position: z.union([z.number().int().positive(), z.string().min(1)]),
  /** US dollars. */
  value: z.number().nonnegative(),
});
export type Prize = z.infer<typeof Prize>;

const competitionFields = {
  /** Title as people read it. */
  name: z.string().min(1),
  /** Kaggle's kind: `simple` (upload a file), `code` (notebooks), or a plug-in's own word. */
  type: z.string().min(1),
  /** Whether the competition gave Kaggle medals. MLE-bench computes medals for all. */
  awardsMedals: z.boolean(),
  prizes: z.array(Prize).nullable(),
  /** The answers, relative to the prepared folder: `private/test.csv`. */
  answers: PreparedPath,
  /** The sample submission, relative to the prepared folder. */
  sampleSubmission: PreparedPath,
  /** A perfect submission, relative to the prepared folder; often the answers themselves. */
  goldSubmission: PreparedPath,
  /** Upstream's name of the metric. */
  metric: z.string().min(1),
  /** The bundled splits that contain it, apart from `all`. */
  splits: z.array(z.string()),
  leaderboard: Asset.optional(),
  description: Asset.optional(),
  descriptionObfuscated: Asset.optional(),
  category: z.string().nullable(),
  /** Size of the raw data in GB, where upstream states it. */
  sizeGB: z.number().nonnegative().nullable(),
  /** True for the bundled synthetic one. */
  demo: z.boolean().optional(),
};

/** One competition of the catalogue. */
export const Competition = z.strictObject({ id: CompetitionId, ...competitionFields });
export type Competition = Readonly<z.infer<typeof Competition>>;

/** Scores that a medal and the median need, from the private leaderboard. */
export const Thresholds = z.strictObject({
  gold: z.number(),
  silver: z.number(),
  bronze: z.number(),
  median: z.number(),
  isLowerBetter: z.boolean(),
  /** Teams on the leaderboard, where known. */
  teams: z.number().int().positive().nullable(),
  /** Where the numbers were taken from. */
  sources: z.array(z.string()),
});
export type Thresholds = Readonly<z.infer<typeof Thresholds>>;

/** md5 of Kaggle's zip and of the prepared csv, json, jsonl, parquet and bson files, keyed by file name. */
export const Checksums = z.strictObject({
  zip: Md5.optional(),
  public: z.record(z.string(), Md5),
  private: z.record(z.string(), Md5),
});
export type Checksums = Readonly<z.infer<typeof Checksums>>;

/** What a plug-in registers. */
export const CompetitionEntry = z.strictObject({
  competition: Competition,
  thresholds: Thresholds.optional(),
  checksums: Checksums.optional(),
});
export type CompetitionEntry = z.infer<typeof CompetitionEntry>;

/** data/competitions.json: the fields of each competition keyed by its id. */
export const CompetitionsFile = z.strictObject({
  source: z.string(),
  competitions: z.record(CompetitionId, z.strictObject(competitionFields)),
});

/** data/thresholds.json */
export const ThresholdsFile = z.record(CompetitionId, Thresholds);

/** data/checksums.json */
export const ChecksumsFile = z.strictObject({
  source: z.string(),
  note: z.string(),
  competitions: z.record(CompetitionId, Checksums),
});
