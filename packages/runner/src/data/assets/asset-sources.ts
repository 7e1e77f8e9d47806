import { statSync } from "node:fs";
import { join } from "node:path";
import type { FetchAssetOptions } from "@mlebench/data-prep";
import { UsageError } from "../../errors.js";
import { cacheDirectory } from "../disk/data-directory.js";

/** Host of raw repository files in place of GitHub's, such as a mirror. */
const FILES_VARIABLE = "MLEBENCH_ASSETS_URL";
/** Host of the repository (Git LFS) in place of GitHub. */
const LFS_VARIABLE = "MLEBENCH_ASSETS_LFS_URL";

export interface AssetOptions {
  readonly dataDir: string;
  /** A folder of the user's with upstream's files, looked into first. */
  readonly assetsDir?: string;
  /** Where the addresses of mirrors and proxies are read. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

/** Where upstream's descriptions and leaderboards come from and are kept: in the data directory, for all who use it. */
export function assetSources({ dataDir, assetsDir, env = process.env, signal }: AssetOptions): FetchAssetOptions {
  return {
    cacheDir: join(dataDir, ".assets"),
    ownCacheDir: join(cacheDirectory(), "assets"),
    assetsDir,
    baseUrl: env[FILES_VARIABLE] || undefined,
    lfsBaseUrl: env[LFS_VARIABLE] || undefined,
    retry: { retries: 2 },
    env,
    signal,
  };
}

/** @throws UsageError when it is not a folder. */
export function requireAssetsDir(assetsDir: string): void {
  if (statSync(assetsDir, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new UsageError({
    message: `There is no assets folder ${assetsDir}.`,
    hint: "Give a folder that holds <id>/description.md for each competition, or a checkout of openai/mle-bench.",
  });
}
