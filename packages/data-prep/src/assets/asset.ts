import { type Asset, getCompetition, UPSTREAM_SOURCE } from "@mlebench/competitions";
import { UnknownAssetError } from "./asset-errors.js";

/** The files beside a competition that belong to upstream and are fetched instead of bundled. */
export type AssetKind = "description" | "description-obfuscated" | "leaderboard";

/** Upstream's name of each, and where the catalogue has its facts. */
const FILES = {
  description: { name: "description.md", field: "description" },
  "description-obfuscated": { name: "description_obfuscated.md", field: "descriptionObfuscated" },
  leaderboard: { name: "leaderboard.csv", field: "leaderboard" },
} as const;

/** One such file: what it is called and what it must hash to. */
export interface AssetFile {
  readonly competitionId: string;
  readonly kind: AssetKind;
  /** Upstream's name for it. */
  readonly name: string;
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  /** Path inside upstream's repository. */
  readonly repositoryPath: string;
}

/** Upstream's repository (`owner/name`) and the commit that the catalogue was taken from. */
export function upstream(): { readonly repository: string; readonly commit: string } {
  const [repository = "", commit = ""] = UPSTREAM_SOURCE.split("@");
  return { repository, commit };
}

/** @throws UnknownCompetitionError, UnknownAssetError */
export function assetFile(competitionId: string, kind: AssetKind): AssetFile {
  const { name, field } = FILES[kind];
  const asset: Asset | undefined = getCompetition(competitionId)[field];
  if (asset === undefined) throw new UnknownAssetError(competitionId, kind);
  return {
    competitionId,
    kind,
    name,
    sha256: asset.sha256,
    size: asset.size,
    repositoryPath: `mlebench/competitions/${competitionId}/${name}`,
  };
}
