import { isInternal, serviceNetworks } from "../compose/services.js";
import type { ComposeSpec, ServiceSpec } from "../compose/spec.js";
import { parseBytes } from "../compose/units.js";
import type { ImageFacts } from "./engine-answers.js";
import { hasOwnSeccomp } from "./seccomp-profile.js";

const MIB = 2 ** 20;
const HOST_RESERVE_BYTES = 1024 * MIB;
const HOST_RESERVE_SHARE = 0.1;
/**
 * Processes and threads: enough for Node, for torch and joblib with a worker for each CPU and its threads; few enough for a
 * fork bomb to be counted and ended within seconds.
 */
const PIDS_LIMIT = 1024;
const PIDS_PER_CPU = 64;
/** What root needs to own files, become another user and end that user's processes; nothing that reaches the host. */
const KEPT_CAPABILITIES = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "KILL", "SETGID", "SETUID"];
const IDLE = /^(tail -f \/dev\/null|sleep (inf|infinity|\d+[smhd]?))$/;
const SHELLS = /^(\/(usr\/)?bin\/)?(ba|da|a|z)?sh$/;

/**
 * A command that runs for ever, reaps what is orphaned and ends at once on TERM.
 * @param exitCode how it ends then.
 */
export function keepAliveCommand(exitCode: number): readonly string[] {
  return ["/bin/sh", "-c", `trap 'exit ${exitCode}' TERM; while :; do sleep 3600 & wait; done`];
}

/** Given to images that have nothing to run but a shell, which would exit at once for want of a terminal. */
export const KEEP_ALIVE_COMMAND: readonly string[] = keepAliveCommand(0);

/** What a service's defaults depend on. */
export interface FillContext {
  readonly image: string;
  readonly imageFacts: ImageFacts;
  readonly hostMemoryBytes: number;
  readonly hostCpus: number;
  /** What the storage driver holds the container to; undefined when it cannot, or there is no limit. */
  readonly quotaBytes?: number;
  /** File of the seccomp profile for services that name none; undefined where the engine has no seccomp. */
  readonly seccompProfile?: string;
}

/** A service that leaves nothing open on which its isolation or its limits depend. */
export type FilledService = ServiceSpec &
  Required<
    Pick<
      ServiceSpec,
      | "image"
      | "mem_limit"
      | "memswap_limit"
      | "shm_size"
      | "pids_limit"
      | "cap_drop"
      | "cap_add"
      | "security_opt"
      | "init"
      | "ulimits"
      | "logging"
    >
  >;

/**
 * Fills in the defaults that hold hostile code: no network, all capabilities dropped but those for changing users, no new
 * privileges, a list of system calls, limits on processes, memory and log, an init. Limits stand at the service itself afterwards, where every
 * version of Compose finds them.
 */
export function fillService(spec: ComposeSpec, name: string, context: FillContext): FilledService {
  const { deploy, storage_opt: _, ...service } = spec.services[name]!;
  const { limits, reservations } = deploy?.resources ?? {};
  const memory = parseBytes(service.mem_limit ?? limits?.memory ?? defaultMemoryBytes(context.hostMemoryBytes)) ?? 0;
  const cpus = service.cpus ?? limits?.cpus;
  const reservation = service.mem_reservation ?? reservations?.memory;
  const command = service.command ?? keepAlive(service, context.imageFacts);
  const networks = serviceNetworks(spec, name);
  const security = service.security_opt ?? ["no-new-privileges:true"];
  const needsProfile = context.seccompProfile !== undefined && !hasOwnSeccomp(security);
  return {
    ...service,
    image: context.image,
    command: command && [...command],
    ...(networks.length === 0
      ? { network_mode: service.network_mode ?? "none" }
      : { networks: service.networks ?? Object.fromEntries(networks.map((network) => [network.name, {}])) }),
    cpus,
    mem_limit: memory,
    memswap_limit: service.memswap_limit ?? memory,
    mem_reservation: reservation,
    shm_size: service.shm_size ?? Math.floor(memory / 2),
    pids_limit: service.pids_limit ?? limits?.pids ?? defaultPids(Number(cpus ?? context.hostCpus)),
    cap_drop: service.cap_drop ?? ["ALL"],
    // As with the engine's own: what is added comes on top of what is kept, without which no file can be put into a sandbox.
    cap_add: [...new Set([...(service.cap_drop === undefined ? KEPT_CAPABILITIES : []), ...(service.cap_add ?? [])])],
    security_opt: needsProfile ? [...security, `seccomp=${context.seccompProfile}`] : security,
    init: service.init ?? true,
    // Dumps of a crashed training run would fill the disk.
    ulimits: { core: 0, ...service.ulimits },
    logging: {
      driver: "json-file",
      options: service.logging?.driver === undefined ? { "max-size": "10m", "max-file": "1" } : undefined,
      ...service.logging,
    },
    restart: "no",
    deploy: reservations?.devices && { resources: { reservations: { devices: reservations.devices } } },
    storage_opt: context.quotaBytes === undefined ? undefined : { size: context.quotaBytes },
  };
}

/** The spec as it is started: what `docker compose -f` needs to start the same. */
export function filledSpec(spec: ComposeSpec, services: ReadonlyMap<string, FilledService>): ComposeSpec {
  const used = [...services.keys()].flatMap((service) => serviceNetworks(spec, service).map(({ name }) => name));
  const networks = Object.fromEntries(
    used.map((name) => [name, { ...spec.networks?.[name], internal: isInternal(spec, name) }]),
  );
  return {
    ...spec,
    services: Object.fromEntries(services),
    networks: used.length === 0 ? spec.networks : { ...spec.networks, ...networks },
  };
}

function defaultPids(cpus: number): number {
  return Math.max(PIDS_LIMIT, Math.ceil(cpus) * PIDS_PER_CPU);
}

/**
 * Whether a container's main process does nothing but keep it running, so that it may as well be root: then commands can be
 * given a group of their own, and a command's user cannot end the container.
 */
export function onlyKeepsAlive({ entrypoint, command, healthcheck }: FilledService, image: ImageFacts): boolean {
  const words = [
    ...(entrypoint ?? image.entrypoint),
    ...(command ?? (entrypoint === undefined ? image.command : [])),
  ].join(" ");
  // A check is run as the container's user.
  return healthcheck === undefined && (words === KEEP_ALIVE_COMMAND.join(" ") || IDLE.test(words));
}

/** All of the host's memory but a tenth, and never less than a gigabyte left to the host. */
function defaultMemoryBytes(hostMemoryBytes: number): number {
  const reserve = Math.max(HOST_RESERVE_BYTES, hostMemoryBytes * HOST_RESERVE_SHARE);
  return Math.floor(Math.max(hostMemoryBytes - reserve, hostMemoryBytes / 2));
}

function keepAlive(service: ServiceSpec, image: ImageFacts): readonly string[] | undefined {
  if (service.entrypoint !== undefined || service.tty === true) return undefined;
  const idle = image.entrypoint.length === 0 && image.command.every((word) => SHELLS.test(word));
  return idle ? KEEP_ALIVE_COMMAND : undefined;
}
