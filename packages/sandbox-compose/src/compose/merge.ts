import { type ParseComposeOptions, parseComposeSpec } from "./parse.js";
import type { ComposeInput, ComposeSpec } from "./spec.js";

/** Any part of a compose spec; `null` removes a key. */
export interface ComposeOverrides {
  readonly [key: string]: unknown;
}

/**
 * Lays overrides over a spec: maps are merged, everything else (lists too) is replaced, `null` removes. The result is
 * checked like any spec.
 * @example mergeCompose(spec, { services: { default: { mem_limit: "8gb", cpus: 4 } } })
 * @throws ComposeSpecError
 */
export function mergeCompose(
  base: ComposeSpec | ComposeInput,
  overrides: ComposeOverrides,
  options: ParseComposeOptions = {},
): ComposeSpec {
  const merged = mergeMaps({ ...parseComposeSpec(base, options) }, overrides);
  return parseComposeSpec(merged as unknown as ComposeInput, {
    ...options,
    source: options.source ?? "with the overrides applied",
  });
}

function mergeMaps(
  base: Readonly<Record<string, unknown>>,
  overrides: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(overrides)) {
    const before = result[key];
    if (value === null) delete result[key];
    else if (isMap(value)) result[key] = mergeMaps(isMap(before) ? before : {}, value);
    else if (value !== undefined) result[key] = value;
  }
  return result;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
