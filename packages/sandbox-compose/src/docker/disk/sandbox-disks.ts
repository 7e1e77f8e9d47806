import { randomBytes } from "node:crypto";
import { pack } from "tar-stream";
import type { ComposeSpec } from "../../compose/spec.js";
import type { ContainerConfig, Engine } from "../engine.js";
import type { ContainerLayer, EngineVersion } from "../engine-answers.js";
import type { FilledService } from "../fill-service.js";
import type { EnsuredImage } from "../images.js";
import type { Project } from "../project.js";
import { createWithQuota, diskLimitBytes, type HostDiskFacts, mayHaveQuota, statedDiskBytes } from "./disk-limit.js";
import type { DiskUser } from "./disk-watch.js";
import { hostFiles } from "./host-files.js";
import { type LoopDisk, type LoopDisks, LoopRefusedError } from "./loop-disk.js";

/** The service whose container never starts: its folder holds what the others bind. No service of a spec is called so. */
const HOLDER = "mlebench.holder";
const VOLUMES = "volumes";

type HostConfig = NonNullable<ContainerConfig["HostConfig"]>;
type EngineMount = NonNullable<HostConfig["Mounts"]>[number];

export interface SandboxDisksOptions {
  readonly engine: Engine;
  readonly version: EngineVersion;
  readonly loops: LoopDisks;
  readonly hostDisk: HostDiskFacts;
  readonly project: Project;
  readonly spec: ComposeSpec;
  readonly services: ReadonlyMap<string, FilledService>;
  readonly images: ReadonlyMap<string, EnsuredImage>;
  /** Sandboxes that may be up at the same time. */
  readonly atOnce: number;
  readonly labels: Readonly<Record<string, string>>;
}

/** How the containers of one sandbox are started. */
export interface ContainerStart {
  create(config: ContainerConfig): Promise<string>;
  /** From created to running. */
  start(id: string): Promise<void>;
}

/**
 * Holds what a sandbox writes to its limits: each container by a quota, a disk of its own, or, where the engine has neither, a
 * watch; all its volumes together by one more disk; and the files that the engine would bind from beside the container by
 * read-only ones.
 */
export class SandboxDisks {
  readonly #options: SandboxDisksOptions;
  readonly #files = new Map<string, ServiceFiles>();
  readonly #devices = new Map<string, string>();
  readonly #disks = new Map<ContainerLayer, LoopDisk>();
  #holder: ContainerLayer | undefined;

  constructor(options: SandboxDisksOptions) {
    this.#options = options;
  }

  /** Containers that are only watched. */
  readonly users: DiskUser[] = [];

  /** Makes what containers are going to bind: before volumes and containers are created. */
  async prepare(): Promise<void> {
    const { engine, version, project, services, images, labels } = this.#options;
    if (version.storageDriver !== "overlay2" || version.isPodman) return;
    for (const [name, service] of services) {
      const hostname = service.hostname ?? randomBytes(6).toString("hex");
      const files = hostFiles(service, hostname);
      if (files !== undefined) this.#files.set(name, { hostname, files });
    }
    const volumes = this.#volumes();
    if (this.#files.size === 0 && volumes.length === 0) return;
    const [image] = images.values();
    // In the place of the image's volumes, which would be filled for nothing.
    const Mounts = (image?.facts.volumes ?? []).map((Target): EngineMount => ({ Type: "tmpfs", Source: "", Target }));
    const config = {
      Image: image?.name,
      Cmd: ["-"],
      Labels: { ...labels },
      HostConfig: { NetworkMode: "none", Mounts },
    };
    const id = await project.createContainer(HOLDER, config);
    this.#holder = (await engine.inspectContainer(id)).layer;
    if (this.#holder === undefined) return;
    await engine.putArchive(id, "/", await tarOf(this.#files));
    if (volumes.length > 0) await this.#mountVolumes(this.#holder, volumes);
  }

  /** Options of the `local` driver for a volume of the spec. */
  volumeOptions(volume: string): Readonly<Record<string, string>> {
    const device = this.#devices.get(volume);
    return device === undefined ? {} : bindOptions(device);
  }

  /**
   * Creates and starts a service's container within its limit.
   * @throws SandboxStartError when the host's disk has no room for it
   */
  async start(service: string, config: ContainerConfig, container: ContainerStart): Promise<string> {
    const { engine, version, loops, project, spec, hostDisk } = this.#options;
    const own = this.#withBinds(service, config);
    const stated = statedDiskBytes(spec.services[service]!);
    if (stated === 0) return createAndStart(own, container);
    if (mayHaveQuota(version)) {
      const { created: id, hasQuota } = await createWithQuota(own, container.create);
      if (hasQuota) {
        await container.start(id);
        return id;
      }
      await engine.removeContainer(id);
    }
    if (loops.problem === undefined) {
      const id = await this.#startOnDisk(service, own, container);
      if (id !== undefined) return id;
    }
    const limitBytes = diskLimitBytes(spec.services[service]!, (await hostDisk())?.freeBytes)!;
    const id = await createAndStart(withFileLimit(own, limitBytes), container);
    this.users.push({ containerId: id, containerName: project.containerName(service), limitBytes });
    return id;
  }

  /** What it takes of the host's disk, as far as that can be told. */
  async usedBytes(): Promise<number> {
    const { engine, loops } = this.#options;
    const sizes = await Promise.all([
      ...[...this.#disks.keys()].map((layer) => loops.usedBytes(layer)),
      ...this.users.map(({ containerId }) => engine.writtenBytes(containerId)),
    ]);
    return sizes.reduce((sum, bytes) => sum + bytes, 0);
  }

  /** Tells that its containers are no more. */
  released(): void {
    for (const disk of this.#disks.values()) this.#options.loops.released(disk);
    this.#disks.clear();
  }

  /** Undefined where the engine does not let it; the container is gone then. */
  async #startOnDisk(service: string, config: ContainerConfig, container: ContainerStart): Promise<string | undefined> {
    const { engine, loops, spec } = this.#options;
    const id = await container.create(config);
    const { layer } = await engine.inspectContainer(id);
    if (layer === undefined) {
      loops.giveUp("the engine does not say where its containers write");
      await engine.removeContainer(id);
      return undefined;
    }
    try {
      const statedBytes = statedDiskBytes(spec.services[service]!);
      const disk = await loops.mount(layer, { statedBytes, shares: this.#shares(), of: `service ${service}` });
      this.#disks.set(layer, disk);
      await container.start(id);
      // A container that has ended already has no root to look at.
      const isRunning = (await engine.inspectContainer(id)).running;
      if (isRunning && !(await loops.holds(layer, disk)) && (await engine.inspectContainer(id)).running) {
        throw new LoopRefusedError("a disk that was mounted over its folder is not where the container writes", 500);
      }
      return id;
    } catch (error) {
      if (!(error instanceof LoopRefusedError)) throw error;
      loops.giveUp(error.message);
      await engine.removeContainer(id);
      this.#disks.delete(layer);
      return undefined;
    }
  }

  async #mountVolumes(holder: ContainerLayer, volumes: readonly string[]): Promise<void> {
    const { loops, spec } = this.#options;
    const stated = Object.values(spec.services).map(statedDiskBytes);
    if (loops.problem !== undefined || stated.includes(0)) return;
    const sizes = stated.filter((bytes) => bytes !== undefined);
    const wish = { statedBytes: sizes.length === 0 ? undefined : Math.max(...sizes), shares: this.#shares() };
    const folders = volumes.map((_, index) => `${VOLUMES}/${index}`);
    try {
      this.#disks.set(holder, await loops.mount(holder, { ...wish, of: "the volumes" }, folders));
    } catch (error) {
      if (!(error instanceof LoopRefusedError)) throw error;
      loops.giveUp(error.message);
      return;
    }
    for (const [index, volume] of volumes.entries()) this.#devices.set(volume, `${holder.folder}/${folders[index]}`);
  }

  /** Names of the spec's volumes, and `service:path` of those that have none. */
  #volumes(): string[] {
    const { spec, services, images } = this.#options;
    const anonymous = [...services].flatMap(([name, service]) =>
      anonymousTargets(service, images.get(name)).map((target) => `${name}:${target}`),
    );
    return [...Object.keys(spec.volumes ?? {}), ...anonymous];
  }

  /** Into how many parts what is free is divided. */
  #shares(): number {
    const { spec, atOnce } = this.#options;
    const disks = Object.values(spec.services).filter((service) => statedDiskBytes(service) === undefined).length;
    return Math.max(1, atOnce * (disks + (this.#volumes().length > 0 ? 1 : 0)));
  }

  #withBinds(service: string, config: ContainerConfig): ContainerConfig {
    const filled = this.#options.services.get(service)!;
    const own = this.#files.get(service);
    const upper = this.#holder?.upper;
    const files = own === undefined || upper === undefined ? [] : Object.keys(own.files);
    const mounts: EngineMount[] = files.map((target) => ({
      Type: "bind",
      Source: `${upper}/${service}${target}`,
      Target: target,
      ReadOnly: true,
      // What the engine wants of a source below its own data root.
      BindOptions: { Propagation: "rslave" },
    }));
    for (const target of anonymousTargets(filled, this.#options.images.get(service))) {
      const device = this.#devices.get(`${service}:${target}`);
      if (device !== undefined) mounts.push(anonymousVolume(target, device));
    }
    const taken = new Set(mounts.map(({ Target }) => Target));
    const { Mounts: given = [], ...hostConfig } = config.HostConfig ?? {};
    return {
      ...config,
      Hostname: mounts.length > 0 && own !== undefined ? own.hostname : config.Hostname,
      HostConfig: { ...hostConfig, Mounts: [...given.filter(({ Target }) => !taken.has(Target)), ...mounts] },
    };
  }
}

interface ServiceFiles {
  readonly hostname: string;
  readonly files: Readonly<Record<string, string>>;
}

async function createAndStart(config: ContainerConfig, container: ContainerStart): Promise<string> {
  const id = await container.create(config);
  await container.start(id);
  return id;
}

/** Where a container gets a volume without a name: what the spec says, and what the image says and nothing else is mounted at. */
function anonymousTargets(service: FilledService, image: EnsuredImage | undefined): string[] {
  const { volumes = [], tmpfs = [] } = service;
  const mounted = new Set([...volumes.map(({ target }) => target), ...tmpfs.map((line) => line.split(":")[0] ?? "")]);
  const own = volumes.flatMap(({ type, source, target }) =>
    type === "volume" && source === undefined ? [target] : [],
  );
  const ofImage = (image?.facts.volumes ?? []).filter((target) => !mounted.has(target));
  return [...own, ...ofImage];
}

function anonymousVolume(target: string, device: string): EngineMount {
  const driver = { Name: "local", Options: bindOptions(device) };
  return {
    Type: "volume",
    Source: "",
    Target: target,
    VolumeOptions: { NoCopy: false, Labels: {}, DriverConfig: driver },
  };
}

function bindOptions(device: string): Record<string, string> {
  return { type: "none", o: "bind", device };
}

/** No file can be larger than the whole limit then, whatever else holds it. */
function withFileLimit(config: ContainerConfig, bytes: number): ContainerConfig {
  const { Ulimits: given = [], ...hostConfig } = config.HostConfig ?? {};
  const own = given.find(({ Name }: { Name?: string }) => Name === "fsize");
  const fsize = { Name: "fsize", Soft: bytes, Hard: bytes };
  return { ...config, HostConfig: { ...hostConfig, Ulimits: own === undefined ? [...given, fsize] : given } };
}

async function tarOf(services: ReadonlyMap<string, ServiceFiles>): Promise<Buffer> {
  const tar = pack();
  for (const [service, { files }] of services) {
    for (const [path, text] of Object.entries(files)) tar.entry({ name: `${service}${path}`, mode: 0o644 }, text);
  }
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
