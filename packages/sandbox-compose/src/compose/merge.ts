import { ComposeSpecError } from "../errors.js";
import { treeProblem } from "./check-tree.js";
import { type ParseComposeOptions, parseComposeSpec, TWICE_SAID } from "./parse.js";
import type { ComposeInput, ComposeSpec } from "./spec.js";

/** Any part of a compose spec; `null` removes a key. */
export interface ComposeOverrides {
  readonly [key: string]: unknown;
}

/**
 * Lays overrides over a spec: maps are merged, everything else (lists too) is replaced, `null` removes. The result is
 * checked like any spec. A limit takes the place of the same limit in another spelling (`mem_limit` and
 * `deploy.resources.limits.memory`).
 * @example mergeCompose(spec, { services: { default: { mem_limit: "8gb", cpus: 4 } } })
 * @throws ComposeSpecError
 */
export function mergeCompose(
  base: ComposeSpec | ComposeInput,
  overrides: ComposeOverrides,
  options: ParseComposeOptions = {},
): ComposeSpec {
  const problem = isMap(overrides) ? treeProblem(overrides) : "(overrides): not a map";
  if (problem !== undefined) throw new ComposeSpecError([problem], options);
  const merged = mergeMaps({ ...parseComposeSpec(base, options) }, overrides);
  const services = isMap(merged["services"]) ? merged["services"] : {};
  for (const [name, override] of Object.entries(isMap(overrides["services"]) ? overrides["services"] : {})) {
    const service = Object.hasOwn(services, name) ? services[name] : undefined;
    if (isMap(service) && isMap(override)) services[name] = withoutOtherPlace(service, override);
  }
  return parseComposeSpec(merged as unknown as ComposeInput, {
    ...options,
    source: options.source ?? "with the overrides applied",
  });
}

/** A limit that an override states in one of its two places is not to be found in the other any more. */
function withoutOtherPlace(
  service: Record<string, unknown>,
  override: Record<string, unknown>,
): Record<string, unknown> {
  let result = service;
  for (const { own, section, key } of TWICE_SAID) {
    const nested = (from: Record<string, unknown>) => valueAt(from, ["deploy", "resources", section, key]) ?? undefined;
    const statesOwn = (override[own] ?? undefined) !== undefined;
    const statesNested = nested(override) !== undefined;
    if (statesOwn && !statesNested && nested(service) !== undefined) {
      result = mergeMaps(result, { deploy: { resources: { [section]: { [key]: null } } } });
    } else if (statesNested && !statesOwn) {
      result = mergeMaps(result, { [own]: null });
    }
  }
  return result;
}

function valueAt(from: unknown, [key, ...others]: readonly string[]): unknown {
  if (key === undefined) return from;
  return isMap(from) ? valueAt(from[key], others) : undefined;
}

function mergeMaps(
  base: Readonly<Record<string, unknown>>,
  overrides: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(overrides)) {
    const before = Object.hasOwn(result, key) ? result[key] : undefined;
    if (value === null) delete result[key];
    else if (isMap(value)) result[key] = mergeMaps(isMap(before) ? before : {}, value);
    else if (value !== undefined) result[key] = value;
  }
  return result;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
