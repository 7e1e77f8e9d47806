import type { V1Volume, V1VolumeMount } from "@kubernetes/client-node";
import { type Mount, parseBytes, type ServiceSpec } from "@mlebench/sandbox-compose";
import type { Settings } from "../options.js";
import { memoryLimit } from "./resources.js";

/** What a memory volume is anyway, or cannot be told to be; none of them makes it do what it should not. */
const IGNORED_OPTIONS = new Set(["noexec", "exec", "nosuid", "suid", "nodev", "dev"]);

/** `/path:size=1g,ro` and what it holds that a memory volume does not know. */
export function parseTmpfs(line: string) {
  const at = line.indexOf(":");
  const target = at < 0 ? line : line.slice(0, at);
  const options = at < 0 ? [] : line.slice(at + 1).split(",");
  let size: number | undefined;
  let readOnly = false;
  const unknown: string[] = [];
  const ignored: string[] = [];
  for (const option of options) {
    const bytes = option.startsWith("size=") ? parseBytes(option.slice("size=".length)) : undefined;
    if (bytes !== undefined) size = bytes;
    else if (option === "ro") readOnly = true;
    else if (IGNORED_OPTIONS.has(option) || /^mode=0?1?777$/.test(option)) ignored.push(option);
    else if (option !== "rw" && option !== "") unknown.push(option);
  }
  return { target, size, readOnly, unknown, ignored };
}

/** Volumes of a pod and where they are mounted. */
export function storage(service: ServiceSpec, { data }: Settings): { volumes: V1Volume[]; mounts: V1VolumeMount[] } {
  const volumes: V1Volume[] = [];
  const mounts: V1VolumeMount[] = [];
  const named = new Map<string, string>();
  const mountAt = (name: string, mount: Omit<V1VolumeMount, "name">) => mounts.push({ name, ...mount });
  const add = (volume: Omit<V1Volume, "name">) => {
    const name = `v${volumes.length}`;
    volumes.push({ name, ...volume });
    return name;
  };
  const memory = (size: number | undefined) => add({ emptyDir: { medium: "Memory", sizeLimit: size?.toString() } });
  const limit = memoryLimit(service);
  const shm = parseBytes(service.shm_size ?? "") ?? (limit === undefined ? undefined : Math.floor(limit / 2));
  mountAt(memory(shm), { mountPath: "/dev/shm" });
  for (const line of service.tmpfs ?? []) {
    const { target, size, readOnly } = parseTmpfs(line);
    mountAt(memory(size), { mountPath: target, readOnly });
  }
  for (const { type, source = "", target, tmpfs, bind, read_only: readOnly = false } of service.volumes ?? []) {
    if (type === "tmpfs") mountAt(memory(parseBytes(tmpfs?.size ?? "")), { mountPath: target, readOnly });
    else if (type === "volume") {
      const volume = named.get(source) ?? add({ emptyDir: {} });
      if (source !== "") named.set(source, volume);
      mountAt(volume, { mountPath: target, readOnly });
    } else if (data === "hostPath") {
      const kind = bind?.create_host_path === true ? "DirectoryOrCreate" : undefined;
      mountAt(add({ hostPath: { path: source, type: kind } }), { mountPath: target, readOnly });
    } else if (data === "stream") mountAt(add({ emptyDir: {} }), { mountPath: target });
    else {
      const claim =
        named.get("") ?? add({ persistentVolumeClaim: { claimName: data.claim, readOnly: !data.writable } });
      named.set("", claim);
      const below = source.slice(data.root.length).replace(/^\/+/, "");
      mountAt(claim, { mountPath: target, readOnly, subPath: below || undefined });
    }
  }
  return { volumes, mounts };
}

/** Binds whose files are copied in. */
export function streamedMounts(service: ServiceSpec, { data }: Settings): Mount[] {
  return data === "stream" ? (service.volumes ?? []).filter((mount) => mount.type === "bind") : [];
}
