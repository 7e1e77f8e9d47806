import { editDistance } from "./edit-distance.js";

const MOST_NAMES = 3;

/**
 * The candidates that a mistyped name was most likely meant to be, best first, at most three.
 * A candidate counts when few letters are wrong (about a third), or when it contains the name or the other way round.
 * Letter case is ignored.
 */
export function nearestNames(name: string, candidates: Iterable<string>): string[] {
  const wanted = name.toLowerCase();
  if (wanted === "") return [];
  return [...candidates]
    .map((candidate) => ({ candidate, cost: costOf(wanted, candidate.toLowerCase()) }))
    .filter(({ cost }) => cost < Number.POSITIVE_INFINITY)
    .sort((a, b) => a.cost - b.cost || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, MOST_NAMES)
    .map(({ candidate }) => candidate);
}

function costOf(wanted: string, candidate: string): number {
  const distance = editDistance(wanted, candidate);
  if (distance <= Math.max(1, Math.round(wanted.length / 3))) return distance;
  const isPart = wanted.length >= 3 && (candidate.includes(wanted) || wanted.includes(candidate));
  return isPart ? wanted.length + distance : Number.POSITIVE_INFINITY;
}
