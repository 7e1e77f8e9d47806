import { chmodSync } from "node:fs";
import { dirname } from "node:path";
import { codeOf, messageOf } from "@mlebench/base";
import { type DownloadEvent, downloadUrl, fetchLfsObject, type RetryPolicy } from "@mlebench/kaggle-client";
import { type AssetFile, type AssetKind, assetFile, upstream } from "./asset.js";
import { AssetUnavailableError } from "./asset-errors.js";
import { cachedAssetPath, type FindAssetOptions, findAsset } from "./find-asset.js";
import { makeSharedDirectory } from "./shared-cache.js";

// Another process may be fetching the same small file for the same cache.
const LOCK_WAIT_SECONDS = 120;

/** What {@link fetchAsset} takes. */
export interface FetchAssetOptions extends FindAssetOptions {
  /** Host of raw repository files. @default "https://raw.githubusercontent.com" */
  readonly baseUrl?: string;
  /** Host of repositories, for the Git LFS batch protocol. @default "https://github.com" */
  readonly lfsBaseUrl?: string;
  /** Never use the network. @default false */
  readonly offline?: boolean;
  readonly retry?: RetryPolicy;
  /** Where the proxy variables are read. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: DownloadEvent) => void;
}

/** An asset whose SHA-256 is the recorded one. */
export interface FetchedAsset {
  readonly path: string;
  readonly bytes: number;
  readonly from: "assets-dir" | "cache" | "network";
}

/**
 * A competition's description, as upstream has it at the pinned commit.
 * @param options.obfuscated the version that does not tell which competition it is.
 * @throws AssetUnavailableError, AssetMismatchError, UnknownAssetError, UnknownCompetitionError
 */
export async function fetchDescription(
  competitionId: string,
  options: FetchAssetOptions & { readonly obfuscated?: boolean },
): Promise<FetchedAsset> {
  return fetchAsset(competitionId, options.obfuscated ? "description-obfuscated" : "description", options);
}

/**
 * A competition's final private leaderboard, as upstream keeps it in Git LFS.
 * @throws AssetUnavailableError, AssetMismatchError, UnknownAssetError, UnknownCompetitionError
 */
export async function fetchLeaderboard(competitionId: string, options: FetchAssetOptions): Promise<FetchedAsset> {
  return fetchAsset(competitionId, "leaderboard", options);
}

/** Any asset: from the user's folder, else the cache, else the network; verified against the catalogue's SHA-256 and size. */
export async function fetchAsset(
  competitionId: string,
  kind: AssetKind,
  options: FetchAssetOptions,
): Promise<FetchedAsset> {
  const asset = assetFile(competitionId, kind);
  const found = await findAsset(asset, options);
  if (found !== undefined) return { ...found, bytes: asset.size };
  const tried = [
    ...(options.assetsDir === undefined ? [] : [`the assets folder ${options.assetsDir}`]),
    `the cache ${options.cacheDir}`,
  ];
  if (options.offline)
    throw new AssetUnavailableError(competitionId, asset.name, [...tried, "not the network (offline)"]);
  try {
    const path = await downloadIntoCache(asset, options);
    return { path, bytes: asset.size, from: "network" };
  } catch (cause) {
    options.signal?.throwIfAborted();
    throw new AssetUnavailableError(competitionId, asset.name, [...tried, `the network (${messageOf(cause)})`], {
      cause,
    });
  }
}

async function downloadIntoCache(asset: AssetFile, options: FetchAssetOptions): Promise<string> {
  const { cacheDir, ownCacheDir } = options;
  try {
    return await download(asset, cacheDir, options);
  } catch (error) {
    if (ownCacheDir === undefined || !isRefusedWrite(error)) throw error;
    return await download(asset, ownCacheDir, options);
  }
}

/** Looks through the causes: the download says in its own words what the system said. */
function isRefusedWrite(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  return code === "EACCES" || code === "EPERM" || code === "EROFS" || isRefusedWrite(error.cause);
}

async function download(asset: AssetFile, cacheDir: string, options: FetchAssetOptions): Promise<string> {
  const { repository, commit } = upstream();
  const { retry, env, signal, onEvent } = options;
  const path = cachedAssetPath(cacheDir, asset);
  makeSharedDirectory(dirname(path));
  const common = { path, retry, env, signal, onEvent, lockWaitSeconds: LOCK_WAIT_SECONDS };
  if (asset.kind === "leaderboard") {
    const repositoryUrl = `${options.lfsBaseUrl ?? "https://github.com"}/${repository}`;
    await fetchLfsObject({ ...common, repositoryUrl, oid: asset.sha256, size: asset.size });
  } else {
    const url = `${options.baseUrl ?? "https://raw.githubusercontent.com"}/${repository}/${commit}/${asset.repositoryPath}`;
    await downloadUrl(url, { ...common, sha256: asset.sha256, bytes: asset.size });
  }
  // Whatever the umask is: the cache may be shared.
  chmodSync(path, 0o644);
  return path;
}
