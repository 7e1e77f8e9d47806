import type { ComposeSpec, Mount, ServiceSpec } from "@mlebench/sandbox-compose";
import type { Settings } from "../options.js";
import { exposedPorts, parseHost } from "./addresses.js";
import { startsOwnCommand } from "./command.js";
import { memoryLimit } from "./resources.js";
import { parseTmpfs } from "./storage.js";
import { readXK8s } from "./x-k8s.js";

type Key = Exclude<keyof ServiceSpec, `x-${string}`>;
type Device = NonNullable<
  NonNullable<NonNullable<NonNullable<ServiceSpec["deploy"]>["resources"]>["reservations"]>["devices"]
>[number];

/**
 * What becomes of every key of a service; a new key of the compose spec does not compile until it is decided on. `mapped`
 * is in the pod, the policy or the order of starts; what is `refused` stops the start; `told` is a warning.
 */
const FATES: Readonly<Record<Key, "mapped" | { readonly refused: string } | { readonly told: string }>> = {
  image: "mapped",
  // The image that it would make is named too, and its absence is an error that says so.
  build: "mapped",
  pull_policy: "mapped",
  platform: "mapped",
  command: "mapped",
  entrypoint: "mapped",
  environment: "mapped",
  labels: "mapped",
  volumes: "mapped",
  tmpfs: "mapped",
  working_dir: "mapped",
  user: "mapped",
  group_add: "mapped",
  hostname: "mapped",
  network_mode: "mapped",
  networks: "mapped",
  extra_hosts: "mapped",
  expose: "mapped",
  depends_on: "mapped",
  healthcheck: "mapped",
  deploy: "mapped",
  cpus: "mapped",
  mem_limit: "mapped",
  mem_reservation: "mapped",
  memswap_limit: { told: "swap is decided by the node (memorySwap of the kubelet)" },
  shm_size: "mapped",
  pids_limit: { told: "processes are limited by the node (podPidsLimit of the kubelet)" },
  ulimits: { refused: "pods have no such limits; set them for the node's container runtime" },
  cap_add: "mapped",
  cap_drop: "mapped",
  security_opt: "mapped",
  read_only: "mapped",
  init: "mapped",
  runtime: "mapped",
  sysctls: "mapped",
  storage_opt: "mapped",
  logging: { told: "logs are kept by the node (containerLogMaxSize of the kubelet)" },
  stdin_open: "mapped",
  tty: "mapped",
  stop_signal: { refused: "pods get the signal that their image names" },
  stop_grace_period: "mapped",
  restart: "mapped",
};

/** What a pod cannot do of a spec: one line per place. `warnings` do not stop it. */
export function unsupported(
  spec: ComposeSpec,
  settings: Settings,
  main: string,
): { problems: string[]; warnings: string[] } {
  const problems: string[] = [];
  const warnings: string[] = [];
  if (spec["x-k8s"] !== undefined) problems.push("x-k8s: belongs into a service");
  for (const [name, service] of Object.entries(spec.services)) {
    const at = `services.${name}`;
    for (const [key, fate] of Object.entries(FATES)) {
      if (fate === "mapped" || Reflect.get(service, key) === undefined) continue;
      if ("refused" in fate) problems.push(`${at}.${key}: not on Kubernetes: ${fate.refused}`);
      else warnings.push(`${at}.${key} has no effect on Kubernetes: ${fate.told}`);
    }
    problems.push(...valueProblems(service, name === main).map((problem) => `${at}.${problem}`));
    const devices = service.deploy?.resources?.reservations?.devices ?? [];
    for (const device of devices) {
      const gpus = `${at}.deploy.resources.reservations.devices`;
      problems.push(...deviceProblems(device, settings).map((problem) => `${gpus}: ${problem}`));
      warnings.push(...deviceWarnings(device).map((warning) => `${gpus}: ${warning}`));
    }
    if (service.deploy?.resources?.limits?.pids !== undefined) {
      warnings.push(`${at}.deploy.resources.limits.pids has no effect on Kubernetes: the node limits processes`);
    }
    for (const line of service.tmpfs ?? []) {
      const { unknown, ignored } = parseTmpfs(line);
      problems.push(...unknown.map((option) => `${at}.tmpfs: ${option}: only size, ro and rw`));
      warnings.push(...ignored.map((option) => `${at}.tmpfs: ${option} has no effect on Kubernetes`));
    }
    for (const mount of service.volumes ?? []) {
      problems.push(...mountProblems(mount, settings).map((problem) => `${at}.volumes: ${problem}`));
      if (mount.type === "bind" && settings.data === "stream" && name !== main) {
        problems.push(`${at}.volumes: ${mount.source}: only ${main} has data copied in; use a claim or hostPath`);
      }
      if (mount.tmpfs?.mode !== undefined) {
        warnings.push(`${at}.volumes: ${mount.target}: tmpfs.mode has no effect on Kubernetes: anybody may write`);
      }
    }
    problems.push(...readXK8s(service).problems.map((problem) => `${at}.x-k8s${problem}`));
  }
  for (const volume of Object.keys(spec.volumes ?? {})) {
    const users = Object.entries(spec.services).filter(([, { volumes }]) =>
      volumes?.some(({ type, source }) => type === "volume" && source === volume),
    );
    if (users.length > 1) {
      problems.push(`volumes.${volume}: cannot be shared by the pods of ${users.map(([name]) => name).join(" and ")}`);
    }
  }
  return { problems, warnings };
}

function valueProblems(service: ServiceSpec, main: boolean): string[] {
  const problems: string[] = [];
  if (service.image === undefined) problems.push("image: needed; a cluster builds no images");
  if (service.pull_policy === "build") problems.push("pull_policy: build: a cluster builds no images");
  if ((memoryLimit(service) ?? LEAST_MEMORY) < LEAST_MEMORY) {
    problems.push("mem_limit: no container starts with less than 6 MiB");
  }
  if (service.network_mode === "host") problems.push("network_mode: host: not on Kubernetes");
  if (service.user !== undefined && !startsOwnCommand(service, main) && !/^\d+(:\d+)?$/.test(service.user)) {
    problems.push("user: a name needs an entrypoint in the spec, for the image's is not known here; or give the uid");
  }
  for (const group of service.group_add ?? []) {
    if (!/^\d+$/.test(group)) problems.push(`group_add: ${group}: give the gid`);
  }
  if (service.platform !== undefined && !/^\w+\/\w+(\/v\d+)?$/.test(service.platform)) {
    problems.push(`platform: ${service.platform}: not os/architecture`);
  }
  for (const option of service.security_opt ?? []) {
    if (!/^(no-new-privileges([:=](true|false))?|(seccomp|apparmor)[:=]unconfined)$/.test(option)) {
      problems.push(`security_opt: ${option}: only no-new-privileges, seccomp=unconfined and apparmor=unconfined`);
    }
  }
  const { healthcheck } = service;
  if (healthcheck !== undefined && healthcheck.disable !== true && healthcheck.test === undefined) {
    problems.push("healthcheck: no test, and the image's own is not known here");
  }
  for (const line of service.extra_hosts ?? []) {
    if (parseHost(line) === undefined)
      problems.push(`extra_hosts: ${line}: not name:address (host-gateway is unknown)`);
  }
  for (const written of service.expose ?? []) {
    if (exposedPorts(written) === undefined) problems.push(`expose: ${written}: not a port, such as 80 or 53/udp`);
  }
  for (const key of Object.keys(service.labels ?? {})) {
    if (!ANNOTATION.test(key)) problems.push(`labels.${key}: not a name that an annotation may have`);
  }
  return problems;
}

/** Bytes, as with Docker; Kubernetes itself would try for as long as it is let. */
const LEAST_MEMORY = 6 * 2 ** 20;
const ANNOTATION = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

function deviceProblems({ driver, options, capabilities }: Device, { gpuResources }: Settings): string[] {
  const problems: string[] = [];
  if (gpuResources[driver || "nvidia"] === undefined) {
    problems.push(`no resource is known for driver ${driver}; name it in gpuResources`);
  }
  if (Object.keys(options ?? {}).length > 0) problems.push("options: not on Kubernetes");
  if (!driver && !capabilities.includes("gpu")) {
    problems.push(`capabilities: ${capabilities.join(", ")}: without gpu, and no driver says what is meant`);
  }
  return problems;
}

function deviceWarnings({ count, device_ids: ids }: Device): string[] {
  if (ids !== undefined) return ["device_ids tell how many; which ones the cluster decides"];
  if (count === "all" || count === -1 || count === undefined)
    return ["all means one where pods share nodes; give a number for more"];
  return [];
}

function mountProblems(mount: Mount, { data }: Settings): string[] {
  const { type, source, target } = mount;
  if (type === "tmpfs" && source !== undefined) return [`${target}: a tmpfs has no source`];
  if (type !== "bind" || source === undefined || data === "hostPath") return [];
  if (mount.bind?.create_host_path === true) return [`${source}: bind.create_host_path: only with data "hostPath"`];
  if (typeof data === "object" && source !== data.root && !source.startsWith(`${data.root.replace(/\/$/, "")}/`)) {
    return [`${source} is not below ${data.root}, the root of the claim ${data.claim}`];
  }
  if (mount.read_only === false && !(typeof data === "object" && data.writable === true)) {
    return [`${source}: binds are read-only unless data is "hostPath"`];
  }
  return [];
}
