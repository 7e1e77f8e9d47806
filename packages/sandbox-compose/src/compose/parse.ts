import { homedir } from "node:os";
import { resolve } from "node:path";
import { messageOf } from "@mlebench/base";
import type { z } from "zod";
import { ComposeSpecError } from "../errors.js";
import { treeProblem } from "./check-tree.js";
import { interpolateTree } from "./interpolate.js";
import { parseYaml } from "./parse-yaml.js";
import { serviceOrder } from "./services.js";
import { type ComposeInput, type ComposeSpec, ComposeSpecSchema, type Mount, type ServiceSpec } from "./spec.js";
import { parseBytes } from "./units.js";

/** What {@link parseComposeSpec} takes. */
export interface ParseComposeOptions {
  /** Relative build contexts and bind sources start here. @default the current directory */
  readonly directory?: string;
  /** What `${NAME}` may refer to. The process's environment is not consulted. @default nothing */
  readonly variables?: Readonly<Record<string, string>>;
  /** Named in errors, e.g. the file's path. */
  readonly source?: string;
}

/** A limit that has two places in the Compose Specification: at the service, and below `deploy.resources`. */
interface TwiceSaid {
  readonly own: "cpus" | "mem_limit" | "pids_limit" | "mem_reservation";
  readonly section: "limits" | "reservations";
  readonly key: "cpus" | "memory" | "pids";
}

export const TWICE_SAID: readonly TwiceSaid[] = [
  { own: "cpus", section: "limits", key: "cpus" },
  { own: "mem_limit", section: "limits", key: "memory" },
  { own: "pids_limit", section: "limits", key: "pids" },
  { own: "mem_reservation", section: "reservations", key: "memory" },
];

const REFUSED_WITH_REASON: Readonly<Record<string, string>> = {
  container_name: "unsupported: two samples of one task would collide; names are given by the provider",
  privileged: "unsupported: it would end the isolation; add single capabilities with cap_add",
  ports: "unsupported: nothing of a sandbox is published on the host; services of one spec reach each other by name",
  env_file: "unsupported: put the variables into environment",
  volumes_from: "unsupported: name the volume in both services",
};

/**
 * Reads a compose spec, from YAML text or built in code, and checks all of it.
 * @returns the spec with short forms expanded and host paths made absolute.
 * @throws ComposeSpecError that lists every problem with its place; unsupported keys are named, never dropped.
 */
export function parseComposeSpec(
  yamlOrObject: string | ComposeInput | ComposeSpec,
  options: ParseComposeOptions = {},
): ComposeSpec {
  const written = typeof yamlOrObject === "string" ? parseYaml(yamlOrObject, options.source) : yamlOrObject;
  const hostile = treeProblem(written);
  if (hostile !== undefined) throw new ComposeSpecError([hostile], { source: options.source });
  const problems: string[] = [];
  const filled =
    typeof yamlOrObject === "string" || options.variables !== undefined
      ? interpolateTree(written, options.variables ?? {}, (path, message) => problems.push(`${path}: ${message}`))
      : written;
  const parsed = ComposeSpecSchema.safeParse(filled);
  if (!parsed.success) problems.push(...parsed.error.issues.flatMap((issue) => describe(issue)));
  if (problems.length > 0 || !parsed.success) throw new ComposeSpecError(problems, { source: options.source });
  const spec = withAbsolutePaths(parsed.data, options.directory ?? process.cwd());
  problems.push(...referenceProblems(spec));
  if (problems.length > 0) throw new ComposeSpecError(problems, { source: options.source });
  return spec;
}

function describe(issue: z.core.$ZodIssue): string[] {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map(
      (key) =>
        `${[...path, key].join(".")}: ${(Object.hasOwn(REFUSED_WITH_REASON, key) && REFUSED_WITH_REASON[key]) || "unsupported key"}`,
    );
  }
  if (issue.code === "invalid_union") {
    const nested = issue.errors.flatMap((branch) => branch.filter(isPrecise));
    if (nested.length > 0) {
      return nested.flatMap((inner) => describe({ ...inner, path: [...issue.path, ...inner.path] }));
    }
    return [`${path.join(".")}: ${issue.errors.map((branch) => branch[0]?.message ?? "invalid").join(", or ")}`];
  }
  if (issue.code === "invalid_key") {
    return [`${path.join(".")}: ${issue.issues[0]?.message ?? issue.message}`];
  }
  return [`${path.join(".") || "(top)"}: ${issue.message.replace("expected record", "expected a map")}`];
}

/** Whether a branch of a union failed inside, which says more than that the value is of another type altogether. */
function isPrecise(issue: z.core.$ZodIssue): boolean {
  return issue.code !== "invalid_type" || issue.path.length > 0;
}

function withAbsolutePaths(spec: ComposeSpec, directory: string): ComposeSpec {
  const services = Object.entries(spec.services).map(([name, service]): [string, ServiceSpec] => {
    const result: ServiceSpec = { ...service };
    if (service.build !== undefined) {
      result.build = { ...service.build, context: absolute(service.build.context, directory) };
    }
    if (service.volumes !== undefined) {
      result.volumes = service.volumes.map((mount): Mount => {
        return mount.type === "bind" && mount.source !== undefined
          ? { ...mount, source: absolute(mount.source, directory) }
          : mount;
      });
    }
    return [name, result];
  });
  return { ...spec, services: Object.fromEntries(services) };
}

function absolute(path: string, directory: string): string {
  if (path === "~" || path.startsWith("~/")) return resolve(homedir(), path.slice(2));
  return resolve(directory, path);
}

function contradiction(at: string, service: ServiceSpec, { own, section, key }: TwiceSaid): string[] {
  const one = service[own];
  const other: unknown = Reflect.get(service.deploy?.resources?.[section] ?? {}, key);
  const amount = (value: unknown) => (Number.isNaN(Number(value)) ? parseBytes(String(value)) : Number(value));
  if (one === undefined || other === undefined || amount(one) === amount(other)) return [];
  return [`${at}: ${own} is ${one}, and deploy.resources.${section}.${key} is ${String(other)}`];
}

/** A map that was made of a file has the names of every object besides its own. */
function has(map: Readonly<Record<string, unknown>> | undefined, name: string): boolean {
  return map !== undefined && Object.hasOwn(map, name);
}

function referenceProblems(spec: ComposeSpec): string[] {
  const problems: string[] = [];
  for (const [name, service] of Object.entries(spec.services)) {
    const at = `services.${name}`;
    if (service.image === undefined && service.build === undefined) problems.push(`${at}: neither image nor build`);
    if (service.network_mode !== undefined && service.networks !== undefined) {
      problems.push(`${at}: network_mode and networks exclude each other`);
    }
    problems.push(...TWICE_SAID.flatMap((pair) => contradiction(at, service, pair)));
    for (const network of Object.keys(service.networks ?? {})) {
      if (network !== "default" && !has(spec.networks, network)) {
        problems.push(`${at}.networks.${network}: not declared under the top-level networks`);
      }
    }
    for (const mount of service.volumes ?? []) {
      if (mount.type === "bind" && mount.source === undefined) problems.push(`${at}.volumes: a bind without source`);
      if (mount.type === "volume" && mount.source !== undefined && !has(spec.volumes, mount.source)) {
        problems.push(`${at}.volumes: ${mount.source} is not declared under the top-level volumes`);
      }
    }
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
      const target = has(spec.services, other) ? spec.services[other] : undefined;
      if (target === undefined) problems.push(`${at}.depends_on.${other}: no such service`);
      else if (condition === "service_healthy" && target.healthcheck === undefined) {
        problems.push(`${at}.depends_on.${other}: waits for health, but ${other} has no healthcheck`);
      }
    }
  }
  if (problems.length === 0) {
    try {
      serviceOrder(spec);
    } catch (error) {
      problems.push(messageOf(error));
    }
  }
  return problems;
}
