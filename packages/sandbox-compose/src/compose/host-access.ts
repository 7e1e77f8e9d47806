import { resolve } from "node:path";
import { ComposeSpecError } from "../errors.js";
import { type HostFiles, sensitivePath, thisHost } from "./sensitive-paths.js";
import type { BuildSpec, ComposeSpec, ServiceSpec } from "./spec.js";
import { composeHash } from "./write.js";

/** One thing in a spec that opens the host to what runs in a sandbox. */
export interface HostAccess {
  /** What it is allowed by, for example `network_mode:host` or `volumes:/etc`. */
  readonly key: string;
  /** Where it stands: `services.default.network_mode`. */
  readonly place: string;
  readonly reason: string;
}

/** Inside a user namespace or not, these change nothing outside of the container. */
const HARMLESS_CAPABILITIES = new Set([
  ...["AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "IPC_LOCK", "IPC_OWNER", "KILL", "LEASE"],
  ...["NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"],
]);
/** Forged packets reach other containers only on a network that they share. */
const CAPABILITY_OF_NETWORKS = "NET_RAW";
/** The usual one, and those that put more between a container and the kernel. */
const SANDBOXING_RUNTIMES =
  /^(?:runc|io\.containerd\.runc\.v2|crun|youki|runsc[\w-]*|gvisor|io\.containerd\.runsc\.v1|kata[\w.-]*|io\.containerd\.kata[\w.-]*|sysbox-runc)$/;
/** Those that keep what a container prints in the engine's own files. */
const OWN_LOGS = new Set(["json-file", "local", "none"]);
/** Those that belong to a container's own namespaces. */
const OWN_SYSCTL =
  /^(?:net\.[\w./-]+|kernel\.(?:msg(?:max|mnb|mni)|sem|shm(?:all|max|mni|_rmid_forced)|domainname)|fs\.mqueue\.\w+)$/;
const MOST_PROCESSES = 32_768;
/** Groups that own devices, sockets or logs of the host. */
const HOST_GROUPS = new Set([
  ...["0", "root", "docker", "disk", "kmem", "shadow", "sudo", "wheel", "adm", "sys", "lxd", "incus", "incus-admin"],
  ...["libvirt", "kvm", "podman", "systemd-journal", "input", "tty", "raw", "mem"],
]);
/** The host itself, link-local addresses (metadata of clouds) and their other names. */
const HOST_ADDRESSES =
  /(?:^|[:=[])(?:host-gateway$|169\.254\.|fe80:|fd00:ec2:|100\.100\.100\.200|168\.63\.129\.16|192\.0\.0\.192|metadata\.)/i;
/** Programs on the host act on containers with these. */
const ACTED_ON =
  /^(?:com\.docker\.|io\.docker\.|org\.dockerproject\.|io\.containerd\.|io\.kubernetes\.|traefik\.|ofelia\.|com\.centurylinklabs\.watchtower|io\.containers\.autoupdate|net\.unraid\.|mlebench)/i;
const GPU_DRIVERS = new Set(["", "nvidia", "amd"]);
/** Also with a registry's name before them: where an image comes from says nothing of who built it here. */
const OWN_IMAGES = /(?:^|\/)mlebench-(?:env|base|disk)[\w.-]*(?:[:@]|$)/;
const BUILD_NETWORKS = new Set(["none", "default", "bridge"]);

/** Parts of a spec that the program which starts it made and vouches for, so that they pass as they are. */
export interface OwnParts {
  /** Sources of binds; they pass where they are read-only. */
  readonly mounts?: readonly string[];
  /** A build section; it passes where nothing of it was changed. */
  readonly build?: Readonly<Record<string, unknown>>;
}

/** What {@link checkHostAccess} takes. */
export interface HostAccessOptions {
  /** Keys of what is allowed. @default nothing */
  readonly allowHostAccess?: readonly string[];
  /** What the calling program put into the spec itself. @default nothing */
  readonly own?: OwnParts;
  /** Named in the error, e.g. the file's path. */
  readonly source?: string;
  /** @default this one */
  readonly host?: HostFiles;
}

interface Surroundings {
  readonly host: HostFiles;
  readonly ownMounts: readonly string[];
  /** The hash of the build section. */
  readonly ownBuild: string | undefined;
}

type Found = Omit<HostAccess, "place"> & { readonly at: string };

/**
 * What in a spec opens this host: each with the key that allows it. A pure function of the spec and of what the
 * host says of paths.
 */
export function hostAccess(
  spec: ComposeSpec,
  { host = thisHost(), own = {} }: Pick<HostAccessOptions, "host" | "own"> = {},
): readonly HostAccess[] {
  const surroundings: Surroundings = {
    host: remembering(host),
    ownMounts: (own.mounts ?? []).map((path) => resolve(path)),
    ownBuild: own.build && composeHash(absolute(own.build as BuildSpec)),
  };
  return Object.entries(spec.services).flatMap(([name, service]) =>
    RULES.flatMap((rule) => rule(service, surroundings)).map(({ at, ...found }) => ({
      ...found,
      place: `services.${name}.${at}`,
    })),
  );
}

/**
 * Refuses a spec that opens the host, unless each thing that does is allowed by its key.
 * @returns what is open and allowed, to be said.
 * @throws ComposeSpecError with every place, and the flag that allows them all.
 */
export function checkHostAccess(spec: ComposeSpec, options: HostAccessOptions = {}): readonly HostAccess[] {
  const { allowHostAccess = [], source } = options;
  const found = hostAccess(spec, options);
  const refused = found.filter(({ key }) => !allowHostAccess.includes(key));
  if (refused.length === 0) return found;
  const keys = [...new Set([...allowHostAccess, ...refused.map(({ key }) => key)])];
  throw new ComposeSpecError(
    refused.map(({ place, key, reason }) => `${place}: opens the host: ${reason} (${key})`),
    {
      source,
      hint: `Remove the keys named. If the agent may have this host, allow each of them: --allow-host-access ${keys.map(quoted).join(" ")} (allowHostAccess in code).`,
    },
  );
}

/** As parsing leaves it. */
function absolute(build: BuildSpec): BuildSpec {
  return { ...build, context: resolve(build.context) };
}

/** Asks the host once for each path, however many binds there are. */
function remembering(host: HostFiles): HostFiles {
  const known = new Map<string, string>();
  return {
    ...host,
    realPath: (path) => {
      const real = known.get(path) ?? host.realPath(path);
      known.set(path, real);
      return real;
    },
  };
}

/** As a shell takes it. */
function quoted(key: string): string {
  return /^[\w./:=@%+-]+$/.test(key) ? key : `'${key.replaceAll("'", `'\\''`)}'`;
}

const RULES: readonly ((service: ServiceSpec, surroundings: Surroundings) => readonly Found[])[] = [
  ({ network_mode: mode }) => {
    if (mode !== "host") return [];
    return [
      {
        at: "network_mode",
        key: "network_mode:host",
        reason: "the agent has the host's network and its local services",
      },
    ];
  },
  ({ volumes = [] }, { host, ownMounts }) =>
    volumes.flatMap(({ type, source, read_only: readOnly, bind }, index): Found[] => {
      if (type !== "bind" || source === undefined) return [];
      if (readOnly === true && bind?.selinux === undefined && ownMounts.includes(source)) return [];
      const writable = readOnly !== true || bind?.selinux !== undefined;
      const reason = sensitivePath(source, { writable }, host);
      if (reason === undefined) return [];
      const real = host.realPath(source);
      const led = real === source ? "" : `${source} leads to ${real}: `;
      return [{ at: `volumes[${index}]`, key: `volumes:${real}`, reason: `${led}${reason}` }];
    }),
  ({ cap_add: added = [], network_mode: mode }) =>
    added.flatMap((written): Found[] => {
      const name = written.trim().toUpperCase().replace(/^CAP_/, "");
      if (HARMLESS_CAPABILITIES.has(name)) return [];
      if (name === CAPABILITY_OF_NETWORKS && mode !== "bridge" && mode !== "host") return [];
      return [{ at: "cap_add", key: `cap_add:${name}`, reason: `the capability ${name} reaches beyond the container` }];
    }),
  ({ security_opt: options }) => {
    if (options === undefined) return [];
    const isOn = (option: string): boolean => /^no-new-privileges(?:[:=]true)?$/.test(option.trim());
    const others = options
      .filter((option) => !isOn(option) && !/^(?:seccomp|apparmor)[:=](?:builtin|docker-default)$/.test(option.trim()))
      .map((option) => /^[\w-]+/.exec(option.trim())?.[0] ?? option.slice(0, 40));
    // The list takes the place of the default, which has it.
    const names = options.some(isOn) ? others : ["no-new-privileges", ...others];
    return [...new Set(names)].map((name) => ({
      at: "security_opt",
      key: `security_opt:${name}`,
      reason: `it changes or ends the protection by ${name}`,
    }));
  },
  ({ pids_limit: own, deploy }) =>
    [
      { at: "pids_limit", limit: own },
      { at: "deploy.resources.limits.pids", limit: deploy?.resources?.limits?.pids },
    ].flatMap(({ at, limit }): Found[] => {
      if (limit === undefined || (limit > 0 && limit <= MOST_PROCESSES)) return [];
      return [{ at, key: "pids_limit", reason: `${limit} does not limit processes; a fork bomb takes the host` }];
    }),
  ({ mem_limit: own, memswap_limit: swap, deploy }) => {
    const nested = deploy?.resources?.limits?.memory;
    const isNone = (value: unknown): boolean => value !== undefined && Number.parseFloat(String(value)) <= 0;
    return [
      ...(isNone(own) ? [{ at: "mem_limit", value: own }] : []),
      ...(isNone(nested) ? [{ at: "deploy.resources.limits.memory", value: nested }] : []),
      ...(isNone(swap) ? [{ at: "memswap_limit", value: swap }] : []),
    ].map(({ at, value }) => ({
      at,
      key: at === "memswap_limit" ? "memswap_limit" : "mem_limit",
      reason: `${value} does not limit memory; the agent can take all of the host's`,
    }));
  },
  ({ logging }) => {
    const driver = logging?.driver;
    if (driver === undefined || OWN_LOGS.has(driver)) return [];
    return [
      {
        at: "logging.driver",
        key: `logging:${driver}`,
        reason: `${driver} sends what the agent prints out of the sandbox`,
      },
    ];
  },
  ({ group_add: groups = [] }) =>
    groups
      .filter((group) => HOST_GROUPS.has(group.trim().toLowerCase()) || Number(group) === 0)
      .map((group) => ({
        at: "group_add",
        key: `group_add:${group}`,
        reason: `the group ${group} owns parts of the host`,
      })),
  ({ extra_hosts: hosts = [] }) =>
    hosts
      .filter((line) => HOST_ADDRESSES.test(line.slice(line.search(/[:=]/) + 1)))
      .map((line) => ({
        at: "extra_hosts",
        key: `extra_hosts:${line.slice(line.search(/[:=]/) + 1)}`,
        reason: "it leads to the host or to the cloud's metadata",
      })),
  ({ runtime }) => {
    if (runtime === undefined || SANDBOXING_RUNTIMES.test(runtime)) return [];
    return [{ at: "runtime", key: `runtime:${runtime}`, reason: `${runtime} is not known to isolate` }];
  },
  ({ sysctls = {} }) =>
    Object.keys(sysctls)
      .filter((name) => !OWN_SYSCTL.test(name))
      .map((name) => ({
        at: `sysctls.${name}`,
        key: `sysctls:${name}`,
        reason: "it is a setting of the host's kernel",
      })),
  ({ labels = {}, build }) =>
    Object.entries({ labels, "build.labels": build?.labels ?? {} }).flatMap(([at, all]) =>
      Object.keys(all)
        .filter((name) => ACTED_ON.test(name))
        .map((name) => ({ at, key: `labels:${name}`, reason: `programs on the host act on the label ${name}` })),
    ),
  ({ deploy }) =>
    (deploy?.resources?.reservations?.devices ?? [])
      .filter(({ driver = "", capabilities, device_ids: ids = [] }) => {
        return !GPU_DRIVERS.has(driver) || !capabilities.includes("gpu") || ids.some((id) => /[/=]/.test(id));
      })
      .map(({ driver = "" }) => ({
        at: "deploy.resources.reservations.devices",
        key: `devices:${driver}`,
        reason: "it gives devices of the host that are no GPUs",
      })),
  ({ environment = {} }) => {
    const name = "NVIDIA_VISIBLE_DEVICES";
    if (!Object.hasOwn(environment, name) || ["", "none", "void"].includes(environment[name]!)) return [];
    return [{ at: `environment.${name}`, key: `environment:${name}`, reason: "it takes GPUs that were not reserved" }];
  },
  ({ build, image }, { host, ownBuild }) => {
    if (build === undefined || composeHash(build) === ownBuild) return [];
    const found: Found[] = [];
    // The helper that mounts disks runs with rights over the host in one of these.
    if (image !== undefined && OWN_IMAGES.test(image)) {
      found.push({
        at: "image",
        key: `build.image:${image}`,
        reason: "its build takes the place of an image that mlebench itself runs with rights over the host",
      });
    }
    if (build.network !== undefined && !BUILD_NETWORKS.has(build.network)) {
      found.push({
        at: "build.network",
        key: `build.network:${build.network}`,
        reason: "the build has the host's network",
      });
    }
    const reason = sensitivePath(build.context, { writable: false }, host);
    if (reason !== undefined) {
      const real = host.realPath(build.context);
      found.push({ at: "build.context", key: `build.context:${real}`, reason: `the image gets ${reason}` });
    }
    return found;
  },
];
