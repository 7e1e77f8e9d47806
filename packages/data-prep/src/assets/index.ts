export type { AssetFile, AssetKind } from "./asset.js";
export { assetFile } from "./asset.js";
export { AssetMismatchError, AssetUnavailableError, UnknownAssetError } from "./asset-errors.js";
export type { EnsureAssetsOptions, EnsureAssetsReport } from "./ensure-assets.js";
export { ensureAssets } from "./ensure-assets.js";
export type { FetchAssetOptions, FetchedAsset } from "./fetch-asset.js";
export { fetchAsset, fetchDescription, fetchLeaderboard } from "./fetch-asset.js";
export type { FindAssetOptions, FoundAsset } from "./find-asset.js";
export { findAsset } from "./find-asset.js";
