import { NetworkError } from "@mlebench/kaggle-client";
import type { AssetKind } from "./asset.js";
import { AssetUnavailableError, UnknownAssetError } from "./asset-errors.js";
import { type FetchAssetOptions, fetchAsset } from "./fetch-asset.js";

const AT_A_TIME = 4;

/** What {@link ensureAssets} takes. */
export interface EnsureAssetsOptions extends FetchAssetOptions {
  /** @default ["description"] */
  readonly kinds?: readonly AssetKind[];
}

/** Which assets are there now and which can't be had. */
export interface EnsureAssetsReport {
  /** How many files are there now, verified. */
  readonly ready: number;
  /** What could not be had, with the reason of each. */
  readonly missing: readonly { readonly competitionId: string; readonly kind: AssetKind; readonly error: unknown }[];
}

/**
 * Makes sure, before a long run starts, that everything it will need is on this machine. Failures are collected, not thrown;
 * competitions of plug-ins, which have no such files, are passed over.
 */
export async function ensureAssets(
  competitionIds: Iterable<string>,
  options: EnsureAssetsOptions,
): Promise<EnsureAssetsReport> {
  const kinds = options.kinds ?? ["description"];
  const wanted = [...new Set(competitionIds)].flatMap((competitionId) =>
    kinds.map((kind) => ({ competitionId, kind })),
  );
  const missing: { competitionId: string; kind: AssetKind; error: unknown }[] = [];
  // What can't be reached once, retries included, can't be reached seventy times.
  const unreachable = new Map<AssetKind, AssetUnavailableError>();
  let ready = 0;
  const waiting = wanted.values();
  const work = async () => {
    for (const { competitionId, kind } of waiting) {
      options.signal?.throwIfAborted();
      try {
        await fetchAsset(competitionId, kind, { ...options, offline: options.offline || unreachable.has(kind) });
        ready += 1;
      } catch (error) {
        options.signal?.throwIfAborted();
        if (UnknownAssetError.is(error)) continue;
        const isUnavailable = AssetUnavailableError.is(error);
        if (isUnavailable && NetworkError.is(error.cause)) unreachable.set(kind, error);
        missing.push({ competitionId, kind, error: (isUnavailable && unreachable.get(kind)) || error });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  return { ready, missing };
}
