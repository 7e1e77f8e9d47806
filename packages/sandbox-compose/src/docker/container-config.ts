import { mainService } from "../compose/services.js";
import type { ComposeSpec, Mount, ServiceSpec } from "../compose/spec.js";
import { parseBytes, parseSeconds } from "../compose/units.js";
import type { ContainerConfig } from "./engine.js";
import type { FilledService } from "./fill-service.js";

const NANOSECONDS = 1e9;
/** What is known of the project when a container is made. */
export interface ContainerContext {
  readonly project: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Network that the container starts in: its name, or `none`. */
  readonly network: string;
  readonly aliases: readonly string[];
  /** As the engine takes them. */
  readonly securityOptions: readonly string[];
}

/** The Engine API's form of a service. */
export function containerConfig(service: FilledService, context: ContainerContext): ContainerConfig {
  const { volumes = [], stop_grace_period: period } = service;
  return {
    Image: service.image,
    Labels: { ...service.labels, ...context.labels },
    Env: Object.entries(service.environment ?? {}).map(([key, value]) => `${key}=${value}`),
    OpenStdin: service.stdin_open ?? false,
    Tty: service.tty ?? false,
    Cmd: service.command && [...service.command],
    Entrypoint: service.entrypoint && [...service.entrypoint],
    WorkingDir: service.working_dir,
    User: service.user,
    Hostname: service.hostname,
    StopSignal: service.stop_signal,
    StopTimeout: period === undefined ? undefined : Math.ceil(parseSeconds(period) ?? 0),
    Healthcheck: service.healthcheck && healthcheck(service.healthcheck),
    HostConfig: {
      Init: service.init,
      NetworkMode: context.network,
      Mounts: volumes.filter((mount) => !isLabelled(mount)).map((mount) => engineMount(mount, context.project)),
      Binds: volumes.filter(isLabelled).map(labelledBind),
      Tmpfs: Object.fromEntries((service.tmpfs ?? []).map(splitTmpfs)),
      Memory: parseBytes(service.mem_limit) ?? 0,
      MemorySwap: parseBytes(service.memswap_limit) ?? -1,
      MemoryReservation: parseBytes(service.mem_reservation ?? 0) ?? 0,
      NanoCpus: Math.round(Number(service.cpus ?? 0) * NANOSECONDS),
      PidsLimit: service.pids_limit,
      ShmSize: parseBytes(service.shm_size) ?? 0,
      CapDrop: service.cap_drop,
      CapAdd: service.cap_add,
      SecurityOpt: [...context.securityOptions],
      ReadonlyRootfs: service.read_only ?? false,
      Ulimits: ulimits(service.ulimits),
      LogConfig: { Type: service.logging.driver ?? "", Config: service.logging.options ?? {} },
      DeviceRequests: (service.deploy?.resources?.reservations?.devices ?? []).map((device) => ({
        Driver: device.driver ?? "",
        Count: device.count === "all" ? -1 : (device.count ?? (device.device_ids === undefined ? -1 : 0)),
        DeviceIDs: device.device_ids ?? [],
        Capabilities: [device.capabilities],
        Options: device.options ?? {},
      })),
      RestartPolicy: { Name: "no" },
      GroupAdd: service.group_add,
      ExtraHosts: service.extra_hosts,
      Runtime: service.runtime,
      Sysctls: service.sysctls,
      StorageOpt: service.storage_opt?.size === undefined ? undefined : { size: String(service.storage_opt.size) },
    },
    NetworkingConfig:
      context.aliases.length === 0
        ? undefined
        : { EndpointsConfig: { [context.network]: { Aliases: [...context.aliases] } } },
  };
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

/** Only the older form of a mount has SELinux's labels. */
function isLabelled(mount: Mount): boolean {
  return mount.bind?.selinux !== undefined;
}

function labelledBind({ source, target, read_only: readOnly, bind }: Mount): string {
  return `${source}:${target}:${readOnly === true ? "ro" : "rw"},${bind?.selinux},rprivate`;
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

function ulimits(wanted: FilledService["ulimits"]): { Name: string; Soft: number; Hard: number }[] {
  return Object.entries(wanted).map(([name, limit]) => ({
    Name: name,
    Soft: typeof limit === "number" ? limit : limit.soft,
    Hard: typeof limit === "number" ? limit : limit.hard,
  }));
}
