import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { codeOf } from "@mlebench/base";
import { parseLfsPointer } from "@mlebench/kaggle-client";
import { type AssetFile, upstream } from "./asset.js";
import { AssetMismatchError } from "./asset-errors.js";

/** What {@link findAsset} takes. */
export interface FindAssetOptions {
  /** Where fetched files are kept for everyone who uses the data directory. */
  readonly cacheDir: string;
  /** A cache of this user's own, for what the shared one can't take because somebody else owns it. @default none */
  readonly ownCacheDir?: string;
  /** A folder with the files, for machines without network: `<id>/<name>`, or a checkout of upstream's repository. */
  readonly assetsDir?: string;
}

/** Where an asset lies. */
export interface FoundAsset {
  readonly path: string;
  readonly from: "cache" | "assets-dir";
}

/** Where an asset lies in the cache. The commit is part of it, so that a later catalogue does not meet older files. */
export function cachedAssetPath(cacheDir: string, asset: AssetFile): string {
  return join(cacheDir, upstream().commit.slice(0, 12), asset.competitionId, asset.name);
}

/**
 * Looks for an asset on this machine, the user's folder first; what is found is verified.
 * @returns undefined when it is nowhere; a pointer of Git LFS in a checkout counts as nowhere.
 * @throws AssetMismatchError when the user's folder has another file; a damaged file in the cache counts as nowhere.
 */
export async function findAsset(asset: AssetFile, options: FindAssetOptions): Promise<FoundAsset | undefined> {
  const { assetsDir, cacheDir, ownCacheDir } = options;
  if (assetsDir !== undefined) {
    for (const path of [
      join(assetsDir, asset.competitionId, asset.name),
      join(assetsDir, asset.repositoryPath),
      join(assetsDir, "competitions", asset.competitionId, asset.name),
    ]) {
      const content = await readIfThere(path);
      if (content === undefined || isLfsPointer(content)) continue;
      const actual = { sha256: sha256Of(content), size: content.length };
      if (actual.sha256 !== asset.sha256) throw new AssetMismatchError(path, asset, actual);
      return { path, from: "assets-dir" };
    }
  }
  for (const directory of [cacheDir, ...(ownCacheDir === undefined ? [] : [ownCacheDir])]) {
    const path = cachedAssetPath(directory, asset);
    // What another user does not let this one read is fetched like what is not there.
    const content = await readIfThere(path, [...ABSENT, "EACCES", "EPERM"]);
    if (content !== undefined && sha256Of(content) === asset.sha256) return { path, from: "cache" };
  }
  return undefined;
}

const ABSENT = ["ENOENT", "ENOTDIR", "EISDIR"];

async function readIfThere(path: string, absent: readonly string[] = ABSENT): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (absent.includes(codeOf(error) ?? "")) return undefined;
    throw error;
  }
}

function isLfsPointer(content: Buffer): boolean {
  return content.length < 1024 && parseLfsPointer(content.toString("utf8")) !== undefined;
}

function sha256Of(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
