import { tmpdir } from "node:os";
import { join } from "node:path";
import { currentOwner, messageOf, sleep } from "@mlebench/base";
import { checkHostAccess } from "../compose/host-access.js";
import { isInternal, mainService, serviceNetworks, serviceOrder } from "../compose/services.js";
import type { ComposeSpec } from "../compose/spec.js";
import { writeComposeFile } from "../compose/write.js";
import { GpuUnavailableError, ImageMissingError, SandboxStartError } from "../errors.js";
import { LiveSandboxes } from "../live-sandboxes.js";
import { sandboxPaths } from "../paths.js";
import type { CleanupFilter, CleanupReport, SandboxProvider, UpOptions } from "../provider.js";
import { containerConfig, networkName, startTimeoutSeconds, tmpfsTargets, volumeName } from "./container-config.js";
import { ContainerEvents } from "./container-events.js";
import { diskLimitBytes, hostDiskOf, mayHaveQuota } from "./disk/disk-limit.js";
import { ProviderDisks } from "./disk/provider-disks.js";
import { SandboxDisks } from "./disk/sandbox-disks.js";
import { Engine, type EngineOptions } from "./engine.js";
import { type ContainerState, EngineError, type EngineVersion } from "./engine-answers.js";
import { type FilledService, filledSpec, fillService, onlyKeepsAlive } from "./fill-service.js";
import { Images } from "./images.js";
import { composeLabels, ownershipLabels, projectName } from "./labels.js";
import { Project, removeLeftovers } from "./project.js";
import { DockerSandbox } from "./sandbox.js";
import { engineSecurityOptions, SeccompProfile } from "./seccomp-profile.js";

const FIRST_POLL_MS = 50;
const LONGEST_POLL_MS = 1000;

/** What {@link createDockerProvider} takes. */
export interface DockerProviderOptions extends EngineOptions {
  /** Sandboxes up at the same time; further `up` calls wait. @default 2 x CPUs */
  readonly maxSandboxes?: number;
  /** Where the compose files of sandboxes are written for people to read. @default below the system's temporary folder */
  readonly composeDirectory?: string;
  /**
   * Give each container a disk of its own where the engine lets a helper container make it, or only watch what they write.
   * @default "auto"
   */
  readonly diskPerContainer?: "auto" | "never";
  /** Among how many sandboxes the disk's free space is divided, where no size is stated. @default maxSandboxes */
  readonly sandboxesAtOnce?: number;
}

/** The Docker provider, with what only it can tell. */
export interface DockerProvider extends SandboxProvider {
  /**
   * What the engine says of itself and its host.
   * @throws DockerUnavailableError
   */
  version(): Promise<EngineVersion>;
  /** Whether the engine has an image already. */
  hasImage(name: string): Promise<boolean>;
}

/**
 * Sandboxes as containers, over the Engine API alone: neither the docker command nor its compose plugin is needed.
 * @example
 * const provider = createDockerProvider();
 * await using sandbox = await provider.up(spec, { runId: "r1", name: "spaceship-titanic" });
 */
export function createDockerProvider(options: DockerProviderOptions = {}): DockerProvider {
  const engine = new Engine(options);
  const images = new Images(engine);
  const sandboxes = new LiveSandboxes(options.maxSandboxes);
  const disks = new ProviderDisks(engine, options.diskPerContainer ?? "auto");
  const composeDirectory = options.composeDirectory ?? join(tmpdir(), "mlebench-sandbox", "compose");
  const shared = {
    engine,
    images,
    providerDisks: disks,
    composeDirectory,
    seccomp: new SeccompProfile(composeDirectory),
  };
  return {
    name: "docker",
    version: () => engine.version(),
    hasImage: async (name) => (await engine.image(name)) !== undefined,
    up(spec, upOptions) {
      return sandboxes.start(upOptions, (onGone, signal) =>
        startProject(
          { ...shared, atOnce: Math.min(options.sandboxesAtOnce ?? Infinity, sandboxes.limit) },
          spec,
          { ...upOptions, signal },
          onGone,
        ),
      );
    },
    async cleanup(filter: CleanupFilter = {}): Promise<CleanupReport> {
      await engine.version();
      return removeLeftovers(engine, filter);
    },
    async [Symbol.asyncDispose]() {
      await sandboxes[Symbol.asyncDispose]();
      await disks.close();
      engine.close();
    },
  };
}

/** What the sandboxes of one provider share. */
interface Shared {
  readonly engine: Engine;
  readonly images: Images;
  readonly providerDisks: ProviderDisks;
  readonly composeDirectory: string;
  readonly seccomp: SeccompProfile;
  /** Sandboxes that are up at the same time. */
  readonly atOnce: number;
}

async function startProject(
  { engine, images, providerDisks, composeDirectory, seccomp, atOnce }: Shared,
  spec: ComposeSpec,
  options: UpOptions,
  onGone: () => void,
): Promise<DockerSandbox> {
  const { signal, onProgress } = options;
  checkHostAccess(spec, options);
  const main = mainService(spec, options.service);
  const version = await engine.version();
  const order = serviceOrder(spec);
  const ensured = await Promise.all(
    order.map(async (service) => [service, await images.ensure(spec.services[service]!, options)] as const),
  );
  signal?.throwIfAborted();
  const hostDisk = hostDiskOf(version.dataRoot);
  const seccompProfile = await seccomp.path(version, options);
  const filled = new Map<string, FilledService>();
  for (const [service, { name: image, facts: imageFacts }] of ensured) {
    const quotaBytes = mayHaveQuota(version)
      ? diskLimitBytes(spec.services[service]!, (await hostDisk())?.freeBytes)
      : undefined;
    filled.set(
      service,
      fillService(spec, service, {
        image,
        imageFacts,
        hostMemoryBytes: version.memoryBytes,
        hostCpus: version.cpus,
        quotaBytes,
        seccompProfile,
      }),
    );
  }
  const { facts: mainImage } = ensured.find(([service]) => service === main)![1];
  const filledMain = filled.get(main)!;
  const startsAsRoot = onlyKeepsAlive(filledMain, mainImage);
  if (startsAsRoot) filled.set(main, { ...filledMain, user: "0:0" });
  const composeFile = await writeComposeFile(composeDirectory, options.name, spec, filledSpec(spec, filled));
  const name = projectName(options.name);
  const ownership = ownershipLabels({ runId: options.runId, owner: currentOwner(), keep: options.keep ?? false });
  const projectLabels = { ...ownership, "com.docker.compose.project": name };
  const project = new Project(engine, name, projectLabels);
  const disks = new SandboxDisks({
    ...{ engine, version, loops: providerDisks.loops(version), hostDisk, project, spec },
    ...{ services: filled, images: new Map(ensured), atOnce, labels: ownership },
  });
  const deadline = performance.now() + (options.startTimeoutSeconds ?? startTimeoutSeconds(spec)) * 1000;
  let events: ContainerEvents | undefined;
  try {
    for (const network of new Set(order.flatMap((service) => serviceNetworks(spec, service).map((one) => one.name)))) {
      await project.createNetwork(networkName(name, network), network, isInternal(spec, network));
    }
    await disks.prepare();
    for (const volume of Object.keys(spec.volumes ?? {})) {
      await project.createVolume(volumeName(name, volume), volume, disks.volumeOptions(volume));
    }
    const ids = new Map<string, string>();
    for (const service of order) {
      signal?.throwIfAborted();
      for (const [other, { condition }] of Object.entries(spec.services[service]!.depends_on ?? {})) {
        await untilState(engine, project.containerName(other), other, condition, deadline, options);
      }
      const [first, ...others] = serviceNetworks(spec, service);
      const config = containerConfig(filled.get(service)!, {
        securityOptions: await engineSecurityOptions(filled.get(service)!.security_opt, version),
        project: name,
        labels: { ...ownership, ...composeLabels(name, service, composeFile) },
        network: first === undefined ? (spec.services[service]!.network_mode ?? "none") : networkName(name, first.name),
        aliases: first?.aliases ?? [],
      });
      const { platform } = spec.services[service]!;
      ids.set(service, await start(engine, disks, project, service, config, platform, others));
      onProgress?.({ type: "service-start", service, container: project.containerName(service) });
    }
    for (const service of order) {
      const condition = service === main ? "service_up" : "service_up_or_done";
      await untilState(engine, project.containerName(service), service, condition, deadline, options);
    }
    const state = await engine.inspectContainer(ids.get(main)!);
    events = new ContainerEvents(engine, state.id);
    await events.start();
    const sandbox = new DockerSandbox({
      engine,
      project,
      events,
      containerId: state.id,
      containerName: project.containerName(main),
      workingDirectory: state.workingDirectory,
      user: (startsAsRoot ? (filledMain.user ?? mainImage.user) : state.user) || undefined,
      env: state.env,
      paths: sandboxPaths(options.paths),
      tmpfsTargets: tmpfsTargets(spec, main),
      disks,
      hostDisk,
      guard: providerDisks.guard(version),
      keep: options.keep ?? false,
      onProgress,
      onGone,
    });
    await ready(sandbox, engine, state.id);
    signal?.throwIfAborted();
    providerDisks.tellOnce(disks.users, onProgress);
    await sandbox.watchDisk();
    return sandbox;
  } catch (error) {
    events?.close();
    for (const failure of await project.remove()) onProgress?.({ type: "warning", message: `not removed: ${failure}` });
    disks.released();
    throw error;
  }
}

async function start(
  engine: Engine,
  disks: SandboxDisks,
  project: Project,
  service: string,
  config: Parameters<Engine["createContainer"]>[1],
  platform: string | undefined,
  otherNetworks: ReturnType<typeof serviceNetworks>,
): Promise<string> {
  try {
    return await disks.start(service, config, {
      create: (each) => project.createContainer(service, each, platform),
      async start(id) {
        for (const { name, aliases } of otherNetworks) {
          await engine.connectNetwork(networkName(project.name, name), id, aliases);
        }
        await engine.startContainer(id);
      },
    });
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    if (/could not select device driver|nvidia-container-cli/.test(error.message)) {
      throw new GpuUnavailableError(error.message, { cause: error });
    }
    if (/does not match the specified platform/.test(error.message)) {
      throw new ImageMissingError(config.Image ?? "", error.message, {
        hint: `Build or pull it for ${platform ?? "this"}, or change the service's platform.`,
        cause: error,
      });
    }
    throw new SandboxStartError(`Service ${service} could not be started: ${error.message}`, {
      hint: "The engine refused what the spec asks for; the message says what.",
      cause: error,
    });
  }
}

async function ready(sandbox: DockerSandbox, engine: Engine, container: string): Promise<void> {
  try {
    await sandbox.start();
  } catch (error) {
    const state = await engine.inspectContainer(container);
    const reason = state.running ? messageOf(error) : `the main process ended with exit code ${state.exitCode}.`;
    throw new SandboxStartError(
      `Commands cannot be run in ${sandbox.id}: ${reason}${await engine.lastWords(container)}`,
      {
        hint: "The image must have /bin/sh, and the service's command must keep running (for example `tail -f /dev/null`).",
        cause: error,
      },
    );
  }
}

type Condition =
  | "service_started"
  | "service_healthy"
  | "service_completed_successfully"
  /** Running, and healthy if it says. */
  | "service_up"
  /** The same, or over with exit code 0. */
  | "service_up_or_done";

async function untilState(
  engine: Engine,
  container: string,
  service: string,
  condition: Condition,
  deadline: number,
  { signal, onProgress }: UpOptions,
): Promise<void> {
  for (let pause = FIRST_POLL_MS; ; pause = Math.min(pause * 1.5, LONGEST_POLL_MS)) {
    signal?.throwIfAborted();
    const state = await engine.inspectContainer(container);
    const verdict = judge(state, condition);
    if (verdict === "yes") {
      if (state.health?.status === "healthy") onProgress?.({ type: "service-healthy", service, container });
      return;
    }
    if (verdict !== "wait" || performance.now() > deadline) {
      const reason = verdict === "wait" ? "it was not ready in time" : verdict.never;
      const health = state.health?.lastOutput ? ` Healthcheck: ${state.health.lastOutput}` : "";
      throw new SandboxStartError(
        `Service ${service} did not come up: ${reason}.${health}${await engine.lastWords(container)}`,
      );
    }
    await sleep(pause, signal);
  }
}

function judge(state: ContainerState, condition: Condition): "yes" | "wait" | { never: string } {
  const exited = state.status === "exited" || state.status === "dead";
  const failed = { never: `it ended with exit code ${state.exitCode}${state.oomKilled ? " for want of memory" : ""}` };
  if (condition === "service_started") return "yes";
  if (condition === "service_completed_successfully") {
    if (!exited) return "wait";
    return state.exitCode === 0 ? "yes" : failed;
  }
  if (exited) return condition === "service_up_or_done" && state.exitCode === 0 ? "yes" : failed;
  if (state.health === undefined || state.health.status === "none") return state.running ? "yes" : "wait";
  if (state.health.status === "unhealthy") return { never: "its healthcheck fails" };
  return state.health.status === "healthy" ? "yes" : "wait";
}
