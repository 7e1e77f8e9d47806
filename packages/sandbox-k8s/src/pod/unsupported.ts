import type { ComposeSpec, Mount, ServiceSpec } from "@mlebench/sandbox-compose";
import type { Settings } from "../options.js";
import { readXK8s } from "./x-k8s.js";

const REASONS: { readonly [Key in keyof ServiceSpec]?: string } = {
  ulimits: "Kubernetes has no such limits",
  pids_limit: "a limit of processes is set for all pods of a node (podPidsLimit of the kubelet)",
  extra_hosts: "not mapped; name services instead",
  sysctls: "needs an allowance of the cluster's owner",
  memswap_limit: "swap is the node's business",
  platform: "choose nodes with x-k8s.node_selector (kubernetes.io/arch)",
  stop_signal: "pods are ended at once",
  tty: "commands are run by exec, without a terminal",
};
// Their effect is there without them, or they say nothing that a pod could keep.
const HARMLESS = new Set(["pids_limit", "memswap_limit", "platform"]);

/** What a pod cannot do of a spec: one line per place. `warnings` do not stop it. */
export function unsupported(spec: ComposeSpec, settings: Settings): { problems: string[]; warnings: string[] } {
  const problems: string[] = [];
  const warnings: string[] = [];
  for (const [name, service] of Object.entries(spec.services)) {
    const at = `services.${name}`;
    for (const [key, reason] of Object.entries(REASONS)) {
      const value: unknown = Reflect.get(service, key);
      if (value === undefined || value === false) continue;
      (HARMLESS.has(key) ? warnings : problems).push(`${at}.${key}: not on Kubernetes: ${reason}`);
    }
    if (service.image === undefined) problems.push(`${at}.image: needed; a cluster builds no images`);
    if (service.network_mode === "host") problems.push(`${at}.network_mode: host: not on Kubernetes`);
    if (service.user !== undefined && service.command !== undefined && service.entrypoint === undefined) {
      if (!/^\d+(:\d+)?$/.test(service.user))
        problems.push(`${at}.user: a name needs an entrypoint in the spec, or a uid`);
    }
    for (const option of service.security_opt ?? []) {
      if (!/^(no-new-privileges(:true)?|seccomp[:=]unconfined)$/.test(option)) {
        problems.push(`${at}.security_opt: ${option}: only no-new-privileges and seccomp:unconfined`);
      }
    }
    for (const device of service.deploy?.resources?.reservations?.devices ?? []) {
      if (settings.gpuResources[device.driver ?? "nvidia"] === undefined) {
        problems.push(`${at}.deploy.resources.reservations.devices: no resource is known for driver ${device.driver}`);
      }
      if (device.device_ids !== undefined)
        warnings.push(`${at}: device_ids count, but which GPU it is the cluster decides`);
    }
    for (const mount of service.volumes ?? []) problems.push(...mountProblems(`${at}.volumes`, mount, settings));
    problems.push(...readXK8s(service).problems.map((problem) => `${at}.x-k8s${problem}`));
  }
  if (Object.keys(spec.volumes ?? {}).length > 0 && Object.keys(spec.services).length > 1) {
    problems.push("volumes: named volumes cannot be shared by the pods of several services");
  }
  return { problems, warnings };
}

function mountProblems(at: string, mount: Mount, { data }: Settings): string[] {
  if (mount.type !== "bind" || mount.source === undefined) return [];
  if (data === "hostPath") return [];
  if (mount.read_only === false) return [`${at}: ${mount.source}: binds are read-only unless data is "hostPath"`];
  if (typeof data === "object" && mount.source !== data.root && !mount.source.startsWith(`${data.root}/`)) {
    return [`${at}: ${mount.source} is not below ${data.root}, the root of the claim ${data.claim}`];
  }
  return [];
}
