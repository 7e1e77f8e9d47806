import type { V1EnvVar, V1HostAlias, V1Pod } from "@kubernetes/client-node";
import { parseSeconds, type ServiceSpec } from "@mlebench/sandbox-compose";
import type { Settings } from "../options.js";
import { exposedPorts, parseHost } from "./addresses.js";
import { commandAndUser, escapeDollars, startupProbe } from "./command.js";
import { resources } from "./resources.js";
import { storage } from "./storage.js";
import { readXK8s } from "./x-k8s.js";

export const CONTAINER = "main";
/** What root needs to own files, become another user and end that user's processes. */
const KEPT_CAPABILITIES = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "KILL", "SETGID", "SETUID"];
/** Nothing listens there: a name that is not in /etc/hosts is unknown at once, instead of after many seconds. */
const NO_NAME_SERVER = "127.0.0.1";

export interface PodContext {
  readonly name: string;
  readonly service: string;
  readonly main: boolean;
  /** Whether no packet may leave the sandbox, so that no name server is reached. */
  readonly isolated: boolean;
  /** Other services by name. */
  readonly hostAliases: readonly V1HostAlias[];
  readonly metadata: { readonly labels: Record<string, string>; readonly annotations: Record<string, string> };
  readonly settings: Settings;
}

/** The pod of a service. Nothing of the cluster is in it: no service account token, no service variables. */
export function podManifest(service: ServiceSpec, context: PodContext): V1Pod {
  const { name, service: serviceName, main, isolated, hostAliases, metadata, settings } = context;
  const { value: x } = readXK8s(service);
  const { volumes, mounts } = storage(service, settings);
  const { identity, ...command } = commandAndUser(service, main);
  const hosts = [...hostAliases, ...(service.extra_hosts ?? []).flatMap((line) => parseHost(line) ?? [])];
  return {
    metadata: {
      name,
      labels: { ...x.labels, ...metadata.labels },
      annotations: { ...service.labels, ...metadata.annotations },
      ownerReferences: settings.ownerReference === undefined ? undefined : [{ ...settings.ownerReference }],
    },
    spec: {
      restartPolicy: "Never",
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      shareProcessNamespace: service.init ?? true,
      terminationGracePeriodSeconds: Math.ceil(parseSeconds(service.stop_grace_period ?? "") ?? 0),
      activeDeadlineSeconds: settings.maxLifetimeSeconds,
      runtimeClassName: service.runtime ?? x.runtime_class_name ?? settings.runtimeClassName,
      priorityClassName: x.priority_class_name,
      nodeSelector: nodeSelector(service.platform, x.node_selector),
      tolerations: x.tolerations,
      imagePullSecrets: x.image_pull_secrets?.map((secret) => ({ name: secret })),
      hostname: service.hostname ?? plainName(serviceName),
      hostAliases: hosts.length === 0 ? undefined : hosts,
      dnsPolicy: isolated ? "None" : undefined,
      dnsConfig: isolated ? { nameservers: [NO_NAME_SERVER] } : undefined,
      securityContext: podSecurity(service),
      volumes,
      containers: [
        {
          name: CONTAINER,
          image: service.image,
          imagePullPolicy: pullPolicy(service, settings),
          ...command,
          workingDir: service.working_dir,
          env: Object.entries(service.environment ?? {}).map(
            ([key, value]): V1EnvVar => ({ name: key, value: escapeDollars(value) }),
          ),
          ports: service.expose?.flatMap((written) => exposedPorts(written) ?? []),
          stdin: service.stdin_open,
          tty: service.tty,
          resources: resources(service, settings),
          volumeMounts: mounts,
          startupProbe: startupProbe(service),
          securityContext: { ...containerSecurity(service), ...identity },
        },
      ],
    },
  };
}

/** A service's name as a host's. */
export function plainName(service: string): string {
  const plain = service
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, "-")
    .slice(0, 40)
    .replaceAll(/^-+|-+$/g, "");
  return plain === "" ? "service" : plain;
}

function nodeSelector(platform: string | undefined, own: Record<string, string> | undefined) {
  const [os, architecture] = platform?.split("/") ?? [];
  const asked: Record<string, string> =
    os === undefined ? {} : { "kubernetes.io/os": os, "kubernetes.io/arch": architecture ?? "" };
  const all = { ...asked, ...own };
  return Object.keys(all).length === 0 ? undefined : all;
}

function podSecurity({ security_opt: options = [], group_add: groups, sysctls }: ServiceSpec) {
  const isUnconfined = (what: string) => options.some((option) => new RegExp(`^${what}[:=]unconfined$`).test(option));
  return {
    seccompProfile: { type: isUnconfined("seccomp") ? "Unconfined" : "RuntimeDefault" },
    appArmorProfile: isUnconfined("apparmor") ? { type: "Unconfined" } : undefined,
    supplementalGroups: groups?.map(Number),
    sysctls: sysctls === undefined ? undefined : Object.entries(sysctls).map(([name, value]) => ({ name, value })),
  };
}

function containerSecurity({ security_opt: options, cap_add: add, cap_drop: drop, read_only: readOnly }: ServiceSpec) {
  const noNewPrivileges = (options ?? ["no-new-privileges"]).some((option) =>
    /^no-new-privileges([:=]true)?$/.test(option),
  );
  const names = (capabilities: readonly string[]) =>
    capabilities.map((name) => name.replace(/^CAP_/i, "").toUpperCase());
  return {
    allowPrivilegeEscalation: !noNewPrivileges,
    capabilities: {
      drop: names(drop ?? ["ALL"]),
      add: names([...new Set([...(drop === undefined ? KEPT_CAPABILITIES : []), ...(add ?? [])])]),
    },
    readOnlyRootFilesystem: readOnly ?? false,
  };
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
