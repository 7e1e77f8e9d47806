import { mainService } from "../compose/services.js";
import type { ComposeSpec, Mount, ServiceSpec } from "../compose/spec.js";
import { parseBytes, parseSeconds } from "../compose/units.js";
import type { ContainerConfig } from "./engine.js";
import type { ImageFacts } from "./engine-answers.js";

const NANOSECONDS = 1e9;
const MIB = 2 ** 20;
const HOST_RESERVE_BYTES = 1024 * MIB;
const HOST_RESERVE_SHARE = 0.1;
const PIDS_LIMIT = 4096;
/** What root needs to own files, become another user and end that user's processes; nothing that reaches the host. */
const KEPT_CAPABILITIES = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "KILL", "SETGID", "SETUID"];
const SHELLS = /^(\/(usr\/)?bin\/)?(ba|da|a|z)?sh$/;

/**
 * Runs for ever, reaps what is orphaned, ends at once on TERM. Given to images that have nothing to run but a shell, which
 * would exit at once for want of a terminal.
 */
export const KEEP_ALIVE_COMMAND: readonly string[] = [
  "/bin/sh",
  "-c",
  "trap 'exit 0' TERM; while :; do sleep 3600 & wait; done",
];

/** What is known of the host and project when a container is made. */
export interface ContainerContext {
  readonly project: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly image: string;
  readonly imageFacts: ImageFacts;
  readonly hostMemoryBytes: number;
  /** Network that the container starts in: its name, or `none`. */
  readonly network: string;
  readonly aliases: readonly string[];
  /** What the storage driver holds the container to; undefined when it cannot, or there is no limit. */
  readonly quotaBytes?: number;
}

/**
 * The Engine API's form of a service. What the spec leaves open gets the defaults that hold hostile code: no network, all
 * capabilities dropped but those for changing users, no new privileges, limits on processes, memory and log, an init.
 */
export function containerConfig(service: ServiceSpec, context: ContainerContext): ContainerConfig {
  const limits = service.deploy?.resources?.limits;
  const memory = parseBytes(service.mem_limit ?? limits?.memory ?? defaultMemoryBytes(context.hostMemoryBytes)) ?? 0;
  const cpus = Number(service.cpus ?? limits?.cpus ?? 0);
  const reservation = parseBytes(service.mem_reservation ?? service.deploy?.resources?.reservations?.memory ?? 0) ?? 0;
  const command = service.command ?? keepAlive(service, context.imageFacts);
  return {
    Image: context.image,
    Labels: { ...service.labels, ...context.labels },
    Env: Object.entries(service.environment ?? {}).map(([key, value]) => `${key}=${value}`),
    OpenStdin: service.stdin_open ?? false,
    Tty: service.tty ?? false,
    ...(command === undefined ? {} : { Cmd: [...command] }),
    ...(service.entrypoint === undefined ? {} : { Entrypoint: [...service.entrypoint] }),
    ...(service.working_dir === undefined ? {} : { WorkingDir: service.working_dir }),
    ...(service.user === undefined ? {} : { User: service.user }),
    ...(service.hostname === undefined ? {} : { Hostname: service.hostname }),
    ...(service.stop_signal === undefined ? {} : { StopSignal: service.stop_signal }),
    ...(service.stop_grace_period === undefined
      ? {}
      : { StopTimeout: Math.ceil(parseSeconds(service.stop_grace_period) ?? 0) }),
    ...(service.healthcheck === undefined ? {} : { Healthcheck: healthcheck(service.healthcheck) }),
    HostConfig: {
      Init: service.init ?? true,
      NetworkMode: context.network,
      Mounts: [...(service.volumes ?? []).map((mount) => engineMount(mount, context.project))],
      Tmpfs: Object.fromEntries((service.tmpfs ?? []).map(splitTmpfs)),
      Memory: memory,
      MemorySwap: service.memswap_limit === undefined ? memory : Number(parseBytes(service.memswap_limit) ?? -1),
      MemoryReservation: reservation,
      NanoCpus: Math.round(cpus * NANOSECONDS),
      PidsLimit: service.pids_limit ?? limits?.pids ?? PIDS_LIMIT,
      ShmSize: parseBytes(service.shm_size ?? Math.floor(memory / 2)) ?? 0,
      CapDrop: service.cap_drop ?? ["ALL"],
      CapAdd: service.cap_add ?? (service.cap_drop === undefined ? KEPT_CAPABILITIES : []),
      SecurityOpt: service.security_opt ?? ["no-new-privileges:true"],
      ReadonlyRootfs: service.read_only ?? false,
      Ulimits: ulimits(service),
      LogConfig: {
        Type: service.logging?.driver ?? "json-file",
        Config:
          service.logging?.options ??
          (service.logging?.driver === undefined ? { "max-size": "10m", "max-file": "1" } : {}),
      },
      DeviceRequests: (service.deploy?.resources?.reservations?.devices ?? []).map((device) => ({
        Driver: device.driver ?? "",
        Count: device.count === "all" ? -1 : (device.count ?? (device.device_ids === undefined ? -1 : 0)),
        DeviceIDs: device.device_ids ?? [],
        Capabilities: [device.capabilities],
        Options: device.options ?? {},
      })),
      RestartPolicy: { Name: "no" },
      ...(service.group_add === undefined ? {} : { GroupAdd: service.group_add }),
      ...(service.extra_hosts === undefined ? {} : { ExtraHosts: service.extra_hosts }),
      ...(service.runtime === undefined ? {} : { Runtime: service.runtime }),
      ...(service.sysctls === undefined ? {} : { Sysctls: service.sysctls }),
      ...(context.quotaBytes === undefined ? {} : { StorageOpt: { size: String(context.quotaBytes) } }),
    },
    ...(context.aliases.length === 0
      ? {}
      : { NetworkingConfig: { EndpointsConfig: { [context.network]: { Aliases: [...context.aliases] } } } }),
  };
}

/** All of the host's memory but a tenth, and never less than a gigabyte left to the host. */
export function defaultMemoryBytes(hostMemoryBytes: number): number {
  const reserve = Math.max(HOST_RESERVE_BYTES, hostMemoryBytes * HOST_RESERVE_SHARE);
  return Math.floor(Math.max(hostMemoryBytes - reserve, hostMemoryBytes / 2));
}

/** Networks that a service is in; an empty list means none at all, which is the default for a service that is alone. */
export function serviceNetworks(spec: ComposeSpec, service: string): { name: string; aliases: readonly string[] }[] {
  const { network_mode: mode, networks } = spec.services[service] ?? {};
  if (mode !== undefined) return [];
  if (networks !== undefined) {
    return Object.entries(networks).map(([name, { aliases }]) => ({ name, aliases: [service, ...(aliases ?? [])] }));
  }
  const alone = Object.keys(spec.services).length === 1;
  return alone ? [] : [{ name: "default", aliases: [service] }];
}

/** Whether a network leads nowhere but to the spec's own services. The unnamed default network does, unless declared. */
export function isInternal(spec: ComposeSpec, network: string): boolean {
  const declared = spec.networks?.[network];
  return declared === undefined ? true : (declared.internal ?? false);
}

/** How long the main service's start may take when nobody says. */
export function startTimeoutSeconds(spec: ComposeSpec): number {
  const waits = Object.values(spec.services).flatMap(({ healthcheck: check }) => {
    if (check === undefined || check.disable === true) return [];
    const seconds = (value: string | undefined, otherwise: number) => parseSeconds(value ?? "") ?? otherwise;
    const attempt = seconds(check.interval, 30) + seconds(check.timeout, 30);
    return [60 + seconds(check.start_period, 0) + ((check.retries ?? 3) + 1) * attempt];
  });
  return waits.length === 0 ? 600 : Math.max(...waits);
}

/** Mounts of the main service that the engine's archive calls cannot see into. */
export function tmpfsTargets(spec: ComposeSpec, service = mainService(spec)): string[] {
  const { tmpfs = [], volumes = [] } = spec.services[service] ?? {};
  const mounts = volumes.filter((mount) => mount.type === "tmpfs").map((mount) => mount.target);
  return ["/dev/shm", "/proc", "/sys", ...tmpfs.map((line) => splitTmpfs(line)[0]), ...mounts];
}

function keepAlive(service: ServiceSpec, image: ImageFacts): readonly string[] | undefined {
  if (service.entrypoint !== undefined || service.tty === true) return undefined;
  const idle = image.entrypoint.length === 0 && image.command.every((word) => SHELLS.test(word));
  return idle ? KEEP_ALIVE_COMMAND : undefined;
}

function healthcheck(check: NonNullable<ServiceSpec["healthcheck"]>): NonNullable<ContainerConfig["Healthcheck"]> {
  const nanoseconds = (value: string | undefined) => Math.round((parseSeconds(value ?? "") ?? 0) * NANOSECONDS);
  return {
    Test: check.disable === true ? ["NONE"] : (check.test ?? []),
    Interval: nanoseconds(check.interval),
    Timeout: nanoseconds(check.timeout),
    StartPeriod: nanoseconds(check.start_period),
    Retries: check.retries ?? 0,
  };
}

type EngineMount = NonNullable<NonNullable<ContainerConfig["HostConfig"]>["Mounts"]>[number];

function engineMount(mount: Mount, project: string): EngineMount {
  const common = { Target: mount.target, ReadOnly: mount.read_only ?? false };
  if (mount.type === "bind") {
    return { ...common, Type: "bind", Source: mount.source ?? "", BindOptions: { Propagation: "rprivate" } };
  }
  if (mount.type === "tmpfs") {
    const size = mount.tmpfs?.size === undefined ? undefined : parseBytes(mount.tmpfs.size);
    return {
      ...common,
      Source: "",
      Type: "tmpfs",
      TmpfsOptions: { SizeBytes: size ?? 0, Mode: mount.tmpfs?.mode ?? 0o1777 },
    };
  }
  return { ...common, Type: "volume", Source: mount.source === undefined ? "" : volumeName(project, mount.source) };
}

export function volumeName(project: string, volume: string): string {
  return `${project}_${volume}`;
}

export function networkName(project: string, network: string): string {
  return `${project}_${network}`;
}

function splitTmpfs(line: string): [string, string] {
  const at = line.indexOf(":");
  return at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 1)];
}

function ulimits(service: ServiceSpec): { Name: string; Soft: number; Hard: number }[] {
  // Dumps of a crashed training run would fill the disk.
  const wanted: NonNullable<ServiceSpec["ulimits"]> = { core: 0, ...service.ulimits };
  return Object.entries(wanted).map(([name, limit]) => ({
    Name: name,
    Soft: typeof limit === "number" ? limit : limit.soft,
    Hard: typeof limit === "number" ? limit : limit.hard,
  }));
}
