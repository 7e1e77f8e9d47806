import { EXCLUDED_COMPETITIONS, getCompetition, loadPlugIn, readSplit, registerDemo } from "@mlebench/runner";
import { CliUsageError } from "../errors.js";
import { toStderr } from "../output/print.js";

export interface CompetitionOptions {
  readonly competition?: readonly string[];
  readonly split?: string;
  readonly lite?: true;
  readonly all?: true;
  readonly plugIn?: readonly string[];
}

/** What commands take that look into the data directory. */
export interface DataOptions {
  readonly dataDir?: string;
  readonly plugIn?: readonly string[];
  readonly json?: true;
}

/**
 * The competitions that -c, --split, --lite or --all name, each known. Those whose rules can't be accepted any more are
 * left out, and told, unless they are named one by one.
 * @param fallback the split when nothing was named. @default a usage error
 * @param withExcluded keep them nevertheless, because nothing will be downloaded.
 */
export async function chooseCompetitions(
  options: CompetitionOptions,
  { fallback, withExcluded = false }: { readonly fallback?: string; readonly withExcluded?: boolean } = {},
): Promise<string[]> {
  await registerCompetitions(options.plugIn);
  const ways = [options.competition, options.split, options.lite, options.all].filter((way) => way !== undefined);
  if (ways.length > 1 || (ways.length === 0 && fallback === undefined)) {
    throw new CliUsageError(
      ways.length === 0 ? "No competition was named." : "More than one of -c, --split, --lite and --all was given.",
      "Use one: -c ID, --split NAME, --lite or --all.",
    );
  }
  if (options.competition) {
    const ids = [...new Set(options.competition)];
    for (const id of ids) getCompetition(id);
    return ids;
  }
  const split = options.split ?? (options.lite ? "low" : options.all ? "all" : (fallback ?? "low"));
  const ids = await readSplit(split);
  for (const id of ids) getCompetition(id);
  if (withExcluded) return ids;
  const excluded = EXCLUDED_COMPETITIONS.filter(({ id }) => ids.includes(id));
  for (const { id, reason } of excluded) toStderr(`${id} is left out: ${reason}\n`);
  return ids.filter((id) => !excluded.some((each) => each.id === id));
}

/** Makes the demo and the competitions of plug-ins known. */
export async function registerCompetitions(plugIn: readonly string[] | undefined): Promise<void> {
  registerDemo();
  for (const path of plugIn ?? []) await loadPlugIn(path);
}
