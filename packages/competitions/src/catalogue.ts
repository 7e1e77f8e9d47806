import { nearestNames } from "@mlebench/base";
import checksumsJson from "../data/checksums.json" with { type: "json" };
import competitionsJson from "../data/competitions.json" with { type: "json" };
import thresholdsJson from "../data/thresholds.json" with { type: "json" };
import { DuplicateCompetitionError, InvalidCompetitionError, UnknownCompetitionError } from "./errors.js";
import {
  type Checksums,
  ChecksumsFile,
  type Competition,
  CompetitionEntry,
  CompetitionsFile,
  type Thresholds,
  ThresholdsFile,
} from "./schema.js";

/** The commit of upstream that the bundled facts were taken from: `owner/repository@commit`. */
export const UPSTREAM_SOURCE: string = competitionsJson.source;

/** Parsed on first use, so that importing the package costs nothing. */
let entries: Map<string, CompetitionEntry> | undefined;

function catalogue(): Map<string, CompetitionEntry> {
  entries ??= readBundled();
  return entries;
}

function readBundled(): Map<string, CompetitionEntry> {
  const { competitions } = CompetitionsFile.parse(competitionsJson);
  const thresholds = ThresholdsFile.parse(thresholdsJson);
  const checksums = ChecksumsFile.parse(checksumsJson).competitions;
  return new Map(
    Object.entries(competitions).map(([id, fields]) => [
      id,
      { competition: { id, ...fields }, thresholds: thresholds[id], checksums: checksums[id] },
    ]),
  );
}

/** Every competition: the 82 bundled ones in upstream's order, then what plug-ins registered. */
export function listCompetitions(): readonly Competition[] {
  return [...catalogue().values()].map((entry) => entry.competition);
}

/**
 * The competition with this id.
 * @throws UnknownCompetitionError with the nearest ids in its hint.
 */
export function getCompetition(id: string): Competition {
  const found = findCompetition(id);
  if (found === undefined) throw new UnknownCompetitionError(id, nearestNames(id, catalogue().keys()));
  return found;
}

/** The competition with this id, or undefined. */
export function findCompetition(id: string): Competition | undefined {
  return catalogue().get(id)?.competition;
}

/** Medal lines and median of a competition; undefined when a plug-in gave none, or for an unknown id. */
export function getThresholds(id: string): Thresholds | undefined {
  return catalogue().get(id)?.thresholds;
}

/** md5 sums of a competition's zip and prepared files; undefined when a plug-in gave none, or for an unknown id. */
export function getChecksums(id: string): Checksums | undefined {
  return catalogue().get(id)?.checksums;
}

/**
 * Adds a competition of a plug-in to the catalogue of this process.
 * @throws InvalidCompetitionError when the entry has not the shape of one.
 * @throws DuplicateCompetitionError when the id is taken.
 */
export function registerCompetition(entry: CompetitionEntry): void {
  const parsed = CompetitionEntry.safeParse(entry);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ");
    throw new InvalidCompetitionError(problems, { cause: parsed.error });
  }
  const { id } = parsed.data.competition;
  if (catalogue().has(id)) throw new DuplicateCompetitionError(id);
  catalogue().set(id, parsed.data);
}
