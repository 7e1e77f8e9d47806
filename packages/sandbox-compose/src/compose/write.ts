import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { writeAtomically } from "@mlebench/base";
import { stringify } from "yaml";
import { mapStrings } from "./interpolate.js";
import type { BuildSpec, ComposeSpec } from "./spec.js";

/** The spec as YAML that `docker compose -f` accepts; dollars are doubled so that nothing is interpolated again. */
export function composeToYaml(spec: ComposeSpec): string {
  // Quoted where YAML 1.1 needs it ("no", "12:30"), which older versions of Compose read.
  const escaped = mapStrings(spec, (text) => text.replaceAll("$", "$$$$"));
  return stringify(escaped, { compat: "yaml-1.1", lineWidth: 0, aliasDuplicateObjects: false });
}

/** Eight hexadecimal digits that depend on what a spec, or a part of it, says and not on the order of its keys. */
export function composeHash(spec: ComposeSpec | BuildSpec): string {
  return createHash("sha256")
    .update(JSON.stringify(sorted(spec)))
    .digest("hex")
    .slice(0, 8);
}

/**
 * Writes `<name>-<hash>.yaml`, so that a person can `docker compose -f` it. Equal specs share one file, which is written
 * under a temporary name and never removed under somebody who uses it.
 * @param filled what is written: the spec, or the spec with a provider's defaults filled in.
 * @returns the file's absolute path
 */
export async function writeComposeFile(
  directory: string,
  name: string,
  spec: ComposeSpec,
  filled = spec,
): Promise<string> {
  const path = resolve(directory, `${fileName(name)}-${composeHash(spec)}.yaml`);
  await writeAtomically(path, composeToYaml(filled), { mode: 0o600 });
  return path;
}

function fileName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9._-]+/g, "-").replace(/^[.-]+/, "") || "compose";
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, item]) => [key, sorted(item)]),
  );
}
