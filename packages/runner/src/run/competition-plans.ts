import { getCompetition } from "@mlebench/competitions";
import { findSource } from "../plug-in/plug-in-registry.js";
import type { CompetitionPlan } from "./resolved-run.js";
import type { CompetitionFacts } from "./run-facts.js";

/** Where the data of the competitions of a run come from. @param facts of these and perhaps others */
export function competitionPlans(
  competitionIds: Iterable<string>,
  facts: readonly CompetitionFacts[],
  rawDir: string | undefined,
): CompetitionPlan[] {
  return [...competitionIds].map((competitionId) => {
    const { isPrepared, rawBytes = 0 } = facts.find((each) => each.competitionId === competitionId) ?? {};
    if (isPrepared) return { competitionId, data: "prepared", neededBytes: 0 };
    const isLocal = rawDir !== undefined || rawBytes > 0 || findSource(competitionId) !== undefined;
    const data = isPrepared === undefined ? "unknown" : isLocal ? "raw" : "download";
    const size = sizeOf(competitionId);
    const neededBytes = size === undefined ? undefined : Math.max(0, 2 * size - rawBytes);
    return { competitionId, data, neededBytes };
  });
}

/** What all leave behind, and the largest zips that may lie beside it at one time. */
export function neededBytesOf(plans: readonly CompetitionPlan[], maxPreparations: number): number | undefined {
  const open = plans.filter(({ data }) => data !== "prepared");
  const needed = open.map(({ neededBytes }) => neededBytes);
  if (!needed.every((bytes) => bytes !== undefined)) return undefined;
  const sizes = open.map(({ competitionId }) => sizeOf(competitionId) ?? 0).sort((a, b) => b - a);
  const zipsOfOthers = sizes.slice(maxPreparations).reduce((sum, bytes) => sum + bytes, 0);
  return Math.max(0, needed.reduce((sum, bytes) => sum + bytes, 0) - zipsOfOthers);
}

/** Of the raw data, rounded, as upstream states it. */
function sizeOf(competitionId: string): number | undefined {
  const { sizeGB } = getCompetition(competitionId);
  return sizeGB === null ? undefined : sizeGB * 1e9;
}
