import { createHash } from "node:crypto";
import { mkdir, readFile, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Competition, getCompetition, UPSTREAM_SOURCE } from "@mlebench/competitions";
import { downloadUrl } from "@mlebench/kaggle-client";
import { messageOf } from "../sample/describe-error.js";
import { assetDirectory } from "./data-directory.js";

/** First line of a description of ours, so that it can be told from the competition's own. */
export const SUBSTITUTE_MARK = "<!-- mlebench: the competition's own description could not be fetched -->";

export interface DescriptionOptions {
  /** A folder of the user's that may hold `description.md`. */
  readonly rawDir?: string;
  /** Where fetched descriptions are kept. @default the user's cache folder */
  readonly cacheDirectory?: string;
  /** Seconds to wait for the network. @default 20 */
  readonly timeoutSeconds?: number;
  readonly signal?: AbortSignal;
  /** Told when the description is a substitute. */
  readonly onWarning?: (message: string) => void;
}

/**
 * The text of a competition's description: from the user's folder, the cache, or upstream's pinned commit, checked
 * against the recorded hash. Where none can be had, a short one of our own, so that a run is possible without network.
 * @returns undefined for a competition that writes its own.
 */
export async function competitionDescription(
  competitionId: string,
  options: DescriptionOptions = {},
): Promise<Uint8Array | string | undefined> {
  const competition = getCompetition(competitionId);
  const asset = competition.description;
  if (!asset) return undefined;
  const own = options.rawDir === undefined ? undefined : await read(join(options.rawDir, "description.md"));
  if (own) return own;
  const cached = join(
    options.cacheDirectory ?? assetDirectory(),
    competitionId,
    `description-${asset.sha256.slice(0, 12)}.md`,
  );
  const kept = await read(cached);
  if (kept && sha256(kept) === asset.sha256) return kept;
  try {
    const timeout = AbortSignal.timeout((options.timeoutSeconds ?? 20) * 1000);
    const path = `${cached}.part`;
    await mkdir(dirname(path), { recursive: true });
    await downloadUrl(descriptionUrl(competitionId), {
      path,
      sha256: asset.sha256,
      bytes: asset.size,
      retry: { retries: 1 },
      signal: options.signal ? AbortSignal.any([options.signal, timeout]) : timeout,
    });
    await rename(path, cached);
    return await readFile(cached);
  } catch (error) {
    options.signal?.throwIfAborted();
    options.onWarning?.(
      `${competitionId}: its description could not be fetched (${messageOf(error)}); a short one stands in. ` +
        `Put description.md into the raw folder, or prepare again with network.`,
    );
    return substitute(competition);
  }
}

function descriptionUrl(competitionId: string): string {
  const [repository, commit] = UPSTREAM_SOURCE.split("@");
  return `https://raw.githubusercontent.com/${repository}/${commit}/mlebench/competitions/${competitionId}/description.md`;
}

function substitute(competition: Competition): string {
  return `${SUBSTITUTE_MARK}
# ${competition.name}

The original description of this Kaggle competition is not available here. What is known:

- Its page is https://www.kaggle.com/c/${competition.id}
- Metric: ${competition.metric}${competition.category ? `\n- Kind: ${competition.category}` : ""}
- The sample submission in this folder (${competition.sampleSubmission.replace(/^public\//, "")}) shows the columns and the rows that a submission must have.
- The training data has what the test data lacks; compare the columns of both.
`;
}

async function read(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch {
    return undefined;
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
