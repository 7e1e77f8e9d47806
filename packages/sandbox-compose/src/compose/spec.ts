import { messageOf } from "@mlebench/base";
import { z } from "zod";
import { shellWords } from "./shell-words.js";
import { parseBytes, parseSeconds } from "./units.js";

/** Keys of your own: anything that begins with `x-` is kept as it is. */
export interface Extensions {
  readonly [key: `x-${string}`]: unknown;
}

/** An object as people write it: unknown keys are named, `x-` keys are kept, nulls count as left out. */
function composeObject<Shape extends z.ZodRawShape>(shape: Shape) {
  const strict = z.strictObject(shape);
  return z.record(z.string(), z.unknown()).transform((written, context): z.output<typeof strict> & Extensions => {
    const known: Record<string, unknown> = {};
    const extensions: Record<`x-${string}`, unknown> = {};
    for (const [key, value] of Object.entries(written)) {
      if (isExtension(key)) extensions[key] = value;
      else if (value !== null) known[key] = value;
    }
    const result = strict.safeParse(known);
    if (result.success) return { ...result.data, ...extensions };
    // An issue of the inner check is a raw issue of this one; only zod's types tell them apart.
    for (const issue of result.error.issues) context.issues.push({ ...issue, input: known } as z.core.$ZodRawIssue);
    return z.NEVER;
  });
}

function isExtension(key: string): key is `x-${string}` {
  return key.startsWith("x-");
}

const text = z.string();
/** Numbers and truth values may come out of a variable, and are text then. */
const integer = z.preprocess(
  (value) => (typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : value),
  z.number().int(),
);
const flag = z.preprocess((value) => (value === "true" ? true : value === "false" ? false : value), z.boolean());
const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const bytes = z
  .union([z.string(), z.number()])
  .refine((value) => parseBytes(value) !== undefined, { error: "not a size such as 512m or 2gb" });
const duration = z
  .string()
  .refine((value) => parseSeconds(value) !== undefined, { error: "not a duration such as 30s or 1m30s" });
const cpus = z
  .union([z.string(), z.number()])
  .refine((value) => Number(value) > 0, { error: "not a positive number of CPUs" });
const name = z
  .string()
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]*$/, { error: "a name of letters, digits, dot, dash and underscore" });

const words = z.union([
  z.array(scalar),
  z.string().transform((line, context) => {
    try {
      return shellWords(line);
    } catch (error) {
      context.issues.push({ code: "custom", input: line, message: messageOf(error) });
      return z.NEVER;
    }
  }),
]);

const key = z.string().regex(/^[^=]+$/, { error: "not a name" });
/** A map, or a list of `KEY=value`; a key without value is left out (the host's environment is never passed on). */
const pairs = z.union([
  z.record(key, z.union([scalar, z.null()])).transform((map) => definedOnly(map)),
  z.array(z.string().regex(/^[^=]/, { error: "no name before the =" })).transform((list) => {
    const split = list.map((line) => {
      const at = line.indexOf("=");
      return at < 0 ? ([line, null] as const) : ([line.slice(0, at), line.slice(at + 1)] as const);
    });
    return definedOnly(Object.fromEntries(split));
  }),
]);

function definedOnly(map: Readonly<Record<string, string | null>>): Record<string, string> {
  const entries = Object.entries(map).filter((entry): entry is [string, string] => entry[1] !== null);
  return Object.fromEntries(entries);
}

/** `source:target[:mode]` in the short form, fields in the long one; both become the long one. */
const mount = z.union([
  z.string().transform((line, context): Mount => {
    const parsed = shortMount(line);
    if (typeof parsed === "string") {
      context.issues.push({ code: "custom", input: line, message: parsed });
      return z.NEVER;
    }
    return parsed;
  }),
  composeObject({
    type: z.enum(["bind", "volume", "tmpfs"]),
    source: text.optional(),
    target: text.startsWith("/", { error: "not an absolute path" }),
    read_only: flag.optional(),
    bind: composeObject({ create_host_path: flag.optional(), selinux: z.enum(["z", "Z"]).optional() }).optional(),
    tmpfs: composeObject({ size: bytes.optional(), mode: integer.optional() }).optional(),
  }).transform((long): Mount => ({ ...long, read_only: long.read_only ?? (long.type === "bind" ? true : undefined) })),
]);

/** A mount in the long form. Binds are read-only unless they say otherwise (`:rw`, `read_only: false`). */
export interface Mount extends Extensions {
  readonly type: "bind" | "volume" | "tmpfs";
  /** Host path of a bind, name of a volume. */
  readonly source?: string;
  readonly target: string;
  readonly read_only?: boolean;
  readonly bind?: { readonly create_host_path?: boolean; readonly selinux?: "z" | "Z" } & Extensions;
  readonly tmpfs?: { readonly size?: string | number; readonly mode?: number } & Extensions;
}

function shortMount(line: string): Mount | string {
  const parts = line.split(":");
  if (parts.length > 3) return "more than source:target:mode";
  const [first = "", second, mode] = parts;
  if (second === undefined) return first.startsWith("/") ? { type: "volume", target: first } : "no target";
  if (!second.startsWith("/")) return `the target ${second} is not an absolute path`;
  const flags = mode === undefined ? [] : mode.split(",");
  const isBind = /^[./~]/.test(first);
  const unknown = flags.find((one) => !["ro", "rw", ...(isBind ? ["z", "Z"] : [])].includes(one));
  if (unknown !== undefined) return `unsupported mount option ${unknown}`;
  if (isBind) {
    const selinux = flags.includes("Z") ? "Z" : flags.includes("z") ? "z" : undefined;
    const bind: Mount["bind"] = selinux && { selinux };
    return { type: "bind", source: first, target: second, read_only: !flags.includes("rw"), bind };
  }
  if (!name.safeParse(first).success) return `${first} is neither a path nor a volume's name`;
  return { type: "volume", source: first, target: second, read_only: flags.includes("ro") || undefined };
}

const tmpfs = z.union([z.string().transform((one) => [one]), z.array(z.string())]);

/** `https://...`, `git@host:...`: fetched by the engine, with the host's network. */
const buildContext = text.refine((context) => !/^(?:[a-z][a-z0-9+.-]*:\/\/|git@)/i.test(context), {
  error: "an address; a build context is a folder of this host",
});
const buildFields = composeObject({
  context: buildContext.default("."),
  dockerfile: text.optional(),
  args: pairs.optional(),
  target: text.optional(),
  network: text.optional(),
  labels: pairs.optional(),
  platforms: z.array(text).max(1, { error: "more than one platform; an image is built for one" }).optional(),
  platform: text.optional(),
  no_cache: flag.optional(),
  pull: flag.optional(),
}).transform(({ platform, ...fields }) => (platform === undefined ? fields : { ...fields, platforms: [platform] }));
/** How to build an image. */
export type BuildSpec = z.output<typeof buildFields>;
const build = z.union([buildContext.transform((context): BuildSpec => ({ context })), buildFields]);

const healthcheck = composeObject({
  test: z
    .union([
      z.string().transform((line) => ["CMD-SHELL", line]),
      z.array(z.string()).refine(([first = ""]) => ["NONE", "CMD", "CMD-SHELL"].includes(first), {
        error: "a list begins with CMD, CMD-SHELL or NONE",
      }),
    ])
    .optional(),
  interval: duration.optional(),
  timeout: duration.optional(),
  retries: integer.refine((count) => count >= 0, { error: "a negative number" }).optional(),
  start_period: duration.optional(),
  disable: flag.optional(),
});

const device = composeObject({
  driver: text.optional(),
  count: z.union([z.literal("all"), z.coerce.number().int()]).optional(),
  device_ids: z.array(scalar).optional(),
  capabilities: z.array(z.string()).default(["gpu"]),
  options: pairs.optional(),
}).refine(({ count, device_ids: ids }) => count === undefined || ids === undefined, {
  error: "count and device_ids exclude each other",
});

const deploy = composeObject({
  resources: composeObject({
    limits: composeObject({
      cpus: cpus.optional(),
      memory: bytes.optional(),
      pids: integer.optional(),
    }).optional(),
    reservations: composeObject({
      cpus: cpus.optional(),
      memory: bytes.optional(),
      devices: z.array(device).optional(),
    }).optional(),
  }).optional(),
});

const condition = z.enum(["service_started", "service_healthy", "service_completed_successfully"]);
const STARTED: { condition: z.output<typeof condition> } = { condition: "service_started" };
const dependsOn = z.union([
  z.array(z.string()).transform((list) => Object.fromEntries(list.map((service) => [service, STARTED]))),
  z.record(
    z.string(),
    composeObject({
      condition: condition.default("service_started"),
      required: z.literal(true).optional(),
      restart: flag.optional(),
    }),
  ),
]);

const attachment = z
  .union([z.null(), composeObject({ aliases: z.array(z.string()).optional() })])
  .transform((value) => value ?? {});
const networks = z.union([
  z
    .array(z.string())
    .transform((list): Record<string, z.output<typeof attachment>> => Object.fromEntries(list.map((one) => [one, {}]))),
  z.record(z.string(), attachment),
]);

const ulimit = z.union([integer, composeObject({ soft: integer, hard: integer })]);

const service = composeObject({
  image: text.optional(),
  build: build.optional(),
  pull_policy: z.enum(["always", "never", "missing", "if_not_present", "build"]).optional(),
  platform: text.optional(),
  command: words.optional(),
  entrypoint: words.optional(),
  environment: pairs.optional(),
  labels: pairs.optional(),
  volumes: z.array(mount).optional(),
  tmpfs: tmpfs.optional(),
  working_dir: text.optional(),
  user: scalar.optional(),
  group_add: z.array(scalar).optional(),
  hostname: text.optional(),
  network_mode: z.enum(["none", "bridge", "host"]).optional(),
  networks: networks.optional(),
  extra_hosts: z
    .union([
      z.array(z.string()),
      z.record(z.string(), z.string()).transform((map) => Object.entries(map).map(([host, ip]) => `${host}:${ip}`)),
    ])
    .optional(),
  expose: z.array(scalar).optional(),
  depends_on: dependsOn.optional(),
  healthcheck: healthcheck.optional(),
  deploy: deploy.optional(),
  cpus: cpus.optional(),
  mem_limit: bytes.optional(),
  mem_reservation: bytes.optional(),
  memswap_limit: z.union([bytes, z.literal(-1), z.literal("-1").transform((): -1 => -1)]).optional(),
  shm_size: bytes.optional(),
  pids_limit: integer.optional(),
  ulimits: z.record(z.string(), ulimit).optional(),
  cap_add: z.array(z.string()).optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
  read_only: flag.optional(),
  init: flag.optional(),
  runtime: text.optional(),
  sysctls: pairs.optional(),
  storage_opt: composeObject({ size: bytes.optional() }).optional(),
  logging: composeObject({ driver: text.optional(), options: pairs.optional() }).optional(),
  stdin_open: flag.optional(),
  tty: flag.optional(),
  stop_signal: text.optional(),
  stop_grace_period: duration.optional(),
  restart: z
    .literal("no", { error: "only restart: no; a sandbox that died is never started again behind your back" })
    .optional(),
});

const network = z
  .union([
    z.null(),
    composeObject({
      internal: flag.optional(),
      driver: z.literal("bridge").optional(),
      name: z.undefined({ error: "networks always belong to one sandbox; leave the name out" }).optional(),
    }),
  ])
  .transform((value) => value ?? {});

const volume = z
  .union([z.null(), composeObject({ driver: z.literal("local").optional() })])
  .transform((value) => value ?? {});

/** The part of the Compose Specification that is supported; see {@link ComposeSpec}. */
export const ComposeSpecSchema = composeObject({
  name: text.optional(),
  version: z.union([z.string(), z.number()]).optional(),
  services: z
    .record(name, service)
    .refine((services) => Object.keys(services).length > 0, { error: "no service at all" }),
  networks: z.record(name, network).optional(),
  volumes: z.record(name, volume).optional(),
});

/** A compose spec after parsing: short forms have become long ones, sizes and durations stay as written. */
export type ComposeSpec = z.output<typeof ComposeSpecSchema>;
/** One service of a {@link ComposeSpec}. */
export type ServiceSpec = ComposeSpec["services"][string];
/** What may be given to `parseComposeSpec` in code; the same shape as the YAML. */
export interface ComposeInput extends Extensions {
  readonly name?: string;
  readonly services: Readonly<Record<string, ServiceInput>>;
  readonly networks?: Readonly<Record<string, unknown>>;
  readonly volumes?: Readonly<Record<string, unknown>>;
}
/** A service as written in code: every key of {@link ServiceSpec}, short forms allowed. */
export type ServiceInput = { readonly [Key in keyof ServiceSpec]?: unknown };
