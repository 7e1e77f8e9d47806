import { type Asset, getCompetition, UPSTREAM_SOURCE } from "@mlebench/competitions";
import { UnknownAssetError } from "./asset-errors.js";

/** The files beside a competition that belong to upstream and are fetched instead of bundled. */
export type AssetKind = "description" | "description-obfuscated" | "leaderboard";

const FILES: Readonly<Record<AssetKind, string>> = {
  description: "description.md",
  "description-obfuscated": "description_obfuscated.md",
  leaderboard: "leaderboard.csv",
};

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
  const competition = getCompetition(competitionId);
  const assets: Readonly<Record<AssetKind, Asset | undefined>> = {
    description: competition.description,
    "description-obfuscated": competition.descriptionObfuscated,
    leaderboard: competition.leaderboard,
  };
  const asset = assets[kind];
  if (asset === undefined) throw new UnknownAssetError(competitionId, kind);
  const name = FILES[kind];
  return {
    competitionId,
    kind,
    name,
    sha256: asset.sha256,
    size: asset.size,
    repositoryPath: `mlebench/competitions/${competitionId}/${name}`,
  };
}
