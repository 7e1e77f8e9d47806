import type { V1EnvVar, V1Pod, V1Probe, V1Volume, V1VolumeMount } from "@kubernetes/client-node";
import { KEEP_ALIVE_COMMAND, type Mount, parseBytes, parseSeconds, type ServiceSpec } from "@mlebench/sandbox-compose";
import { SWITCH_USER } from "../exec/boot.js";
import type { Settings } from "../options.js";
import { readXK8s } from "./x-k8s.js";

export const CONTAINER = "main";
/** What root needs to own files, become another user and end that user's processes. */
const KEPT_CAPABILITIES = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "KILL", "SETGID", "SETUID"];

export interface PodContext {
  readonly name: string;
  readonly service: string;
  readonly main: boolean;
  readonly metadata: { readonly labels: Record<string, string>; readonly annotations: Record<string, string> };
  readonly settings: Settings;
}

/** The pod of a service. Nothing of the cluster is in it: no service account token, no service variables. */
export function podManifest(
  service: ServiceSpec,
  { name, service: serviceName, main, metadata, settings }: PodContext,
): V1Pod {
  const { value: x } = readXK8s(service);
  const { volumes, mounts } = storage(service, settings);
  const capabilities = {
    drop: service.cap_drop ?? ["ALL"],
    add: service.cap_add ?? (service.cap_drop === undefined ? KEPT_CAPABILITIES : []),
  };
  const noNewPrivileges = (service.security_opt ?? ["no-new-privileges"]).some((option) =>
    option.startsWith("no-new-privileges"),
  );
  const unconfined = (service.security_opt ?? []).some((option) => option.startsWith("seccomp"));
  return {
    metadata: {
      name,
      labels: { ...x.labels, ...metadata.labels },
      annotations: { ...metadata.annotations },
      ownerReferences: settings.ownerReference === undefined ? undefined : [{ ...settings.ownerReference }],
    },
    spec: {
      restartPolicy: "Never",
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      shareProcessNamespace: service.init ?? true,
      terminationGracePeriodSeconds: 0,
      activeDeadlineSeconds: settings.maxLifetimeSeconds,
      runtimeClassName: service.runtime ?? x.runtime_class_name ?? settings.runtimeClassName,
      priorityClassName: x.priority_class_name,
      nodeSelector: x.node_selector,
      tolerations: x.tolerations,
      imagePullSecrets: x.image_pull_secrets?.map((secret) => ({ name: secret })),
      hostname: service.hostname ?? serviceName.replaceAll(/[^a-z0-9-]/g, "-"),
      dnsPolicy: service.network_mode === "none" ? "Default" : undefined,
      securityContext: {
        seccompProfile: { type: unconfined ? "Unconfined" : "RuntimeDefault" },
        supplementalGroups: service.group_add?.map(Number),
      },
      volumes,
      containers: [
        {
          name: CONTAINER,
          image: service.image,
          imagePullPolicy: pullPolicy(service, settings),
          ...commandOf(service, main),
          workingDir: service.working_dir,
          env: Object.entries(service.environment ?? {}).map(
            ([key, value]): V1EnvVar => ({ name: key, value: value.replaceAll("$(", "$$(") }),
          ),
          stdin: service.stdin_open,
          resources: resources(service, settings),
          volumeMounts: mounts,
          startupProbe: probe(service),
          securityContext: {
            allowPrivilegeEscalation: !noNewPrivileges,
            capabilities,
            readOnlyRootFilesystem: service.read_only ?? false,
            ...userOf(service),
          },
        },
      ],
    },
  };
}

function commandOf(service: ServiceSpec, main: boolean): { command?: string[]; args?: string[] } {
  if (service.entrypoint === undefined && service.command !== undefined) return { args: [...service.command] };
  // An image does not say here what it would run, so a sandbox of which nothing is said idles.
  if (service.entrypoint === undefined && !main) return {};
  const command =
    service.entrypoint === undefined ? KEEP_ALIVE_COMMAND : [...service.entrypoint, ...(service.command ?? [])];
  // Kubernetes would replace $(NAME) by itself.
  const plain = command.map((word) => word.replaceAll("$(", "$$("));
  if (service.user === undefined) return { command: plain };
  return {
    command: ["/bin/sh", "-c", `user=$1; shift; ${wrapSwitch()}`.replaceAll("$(", "$$("), "sh", service.user, ...plain],
  };
}

/** The switch replaces the positional parameters, so the command waits in a function's own. */
function wrapSwitch(): string {
  return `become() {\n${SWITCH_USER}\nfor word do prefix="$prefix $word"; done\n}\nprefix=\nbecome\nexport HOME="$home"\nexec $prefix "$@"`;
}

function userOf(service: ServiceSpec): { runAsUser?: number; runAsGroup?: number } {
  if (service.user === undefined) return {};
  if (service.entrypoint === undefined && service.command !== undefined) {
    const [user, group] = service.user.split(":").map(Number);
    return { runAsUser: user, ...(group === undefined ? {} : { runAsGroup: group }) };
  }
  return { runAsUser: 0 };
}

function pullPolicy(service: ServiceSpec, settings: Settings): string | undefined {
  switch (service.pull_policy) {
    case "always":
      return "Always";
    case "never":
      return "Never";
    case "missing":
    case "if_not_present":
      return "IfNotPresent";
    default:
      return settings.imagePullPolicy;
  }
}

function resources(service: ServiceSpec, settings: Settings) {
  const limits: Record<string, string> = {};
  const requests: Record<string, string> = {};
  const { limits: asked, reservations } = service.deploy?.resources ?? {};
  const memory = parseBytes(service.mem_limit ?? asked?.memory ?? "");
  const cpus = service.cpus ?? asked?.cpus;
  if (memory !== undefined) limits["memory"] = String(memory);
  if (cpus !== undefined) limits["cpu"] = String(cpus);
  const reserved = parseBytes(service.mem_reservation ?? reservations?.memory ?? "");
  if (reserved !== undefined) requests["memory"] = String(reserved);
  if (reservations?.cpus !== undefined) requests["cpu"] = String(reservations.cpus);
  const disk = parseBytes(service.storage_opt?.size ?? "");
  if (disk !== undefined) limits["ephemeral-storage"] = String(disk);
  for (const device of reservations?.devices ?? []) {
    const resource = settings.gpuResources[device.driver ?? "nvidia"] ?? "";
    // "all" has no meaning where pods share nodes: one.
    const count = device.device_ids?.length ?? (typeof device.count === "number" ? Math.max(1, device.count) : 1);
    limits[resource] = String(count);
  }
  return { limits, requests };
}

function storage(service: ServiceSpec, settings: Settings): { volumes: V1Volume[]; mounts: V1VolumeMount[] } {
  const volumes: V1Volume[] = [];
  const mounts: V1VolumeMount[] = [];
  const add = (volume: Omit<V1Volume, "name">, mount: Omit<V1VolumeMount, "name">) => {
    const name = `v${volumes.length}`;
    volumes.push({ name, ...volume });
    mounts.push({ name, ...mount });
  };
  const memory = (size: number | undefined) => ({
    emptyDir: { medium: "Memory", ...(size === undefined ? {} : { sizeLimit: String(size) }) },
  });
  const shm = parseBytes(service.shm_size ?? "");
  add(memory(shm), { mountPath: "/dev/shm" });
  for (const line of service.tmpfs ?? []) {
    const [target = "", options = ""] = line.split(":");
    add(memory(parseBytes(/(?:^|,)size=([^,]+)/.exec(options)?.[1] ?? "")), { mountPath: target });
  }
  for (const mount of service.volumes ?? []) {
    const readOnly = mount.read_only ?? false;
    if (mount.type === "tmpfs") add(memory(parseBytes(mount.tmpfs?.size ?? "")), { mountPath: mount.target });
    else if (mount.type === "volume") add({ emptyDir: {} }, { mountPath: mount.target, readOnly });
    else if (settings.data === "hostPath")
      add({ hostPath: { path: mount.source ?? "" } }, { mountPath: mount.target, readOnly });
    else if (settings.data === "stream") add({ emptyDir: {} }, { mountPath: mount.target });
    else {
      const { claim, root } = settings.data;
      const below = (mount.source ?? "").slice(root.length).replace(/^\/+/, "");
      add(
        { persistentVolumeClaim: { claimName: claim, readOnly: true } },
        { mountPath: mount.target, readOnly: true, ...(below === "" ? {} : { subPath: below }) },
      );
    }
  }
  return { volumes, mounts };
}

/** Binds whose files are copied in. */
export function streamedMounts(service: ServiceSpec, { data }: Settings): Mount[] {
  return data === "stream" ? (service.volumes ?? []).filter((mount) => mount.type === "bind") : [];
}

function probe(service: ServiceSpec): V1Probe | undefined {
  const check = service.healthcheck;
  if (check?.test === undefined || check.disable === true || check.test[0] === "NONE") return undefined;
  const seconds = (value: string | undefined, otherwise: number) =>
    Math.max(1, Math.round(parseSeconds(value ?? "") ?? otherwise));
  const [kind, ...rest] = check.test;
  return {
    exec: { command: kind === "CMD-SHELL" ? ["/bin/sh", "-c", rest.join(" ")] : rest },
    initialDelaySeconds: Math.round(parseSeconds(check.start_period ?? "") ?? 0),
    periodSeconds: seconds(check.interval, 30),
    timeoutSeconds: seconds(check.timeout, 30),
    failureThreshold: (check.retries ?? 3) + 1,
  };
}
