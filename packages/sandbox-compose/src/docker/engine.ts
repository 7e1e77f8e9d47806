import { Agent } from "node:http";
import type { Readable } from "node:stream";
import { abortable, messageOf, startDeadline } from "@mlebench/base";
import type Docker from "dockerode";
import { DockerUnavailableError } from "../errors.js";
import {
  type BuildImage,
  type ContainerState,
  EngineError,
  type EngineExec,
  type EngineVersion,
  type ImageFacts,
  kindOfGoMode,
  type LabelledResource,
  type PathFacts,
  type StartedExec,
  stripFrames,
} from "./engine-answers.js";
import { followProgress, type ProgressLine } from "./engine-progress.js";

/** The oldest Engine API that has all that is used here (Docker 20.10). */
const MINIMUM_API: readonly [number, number] = [1, 41];
const CONTROL_DEADLINE_SECONDS = 120;
/** A build is answered once its context has been sent, a pull once the registry has been asked. */
const TRANSFER_DEADLINE_SECONDS = 3600;

const FORBIDDEN_HINT =
  "This user may not use Docker's socket. On Linux: `sudo usermod -aG docker $USER`, and log in again. Without Docker, use the local provider.";

export type ContainerConfig = Omit<Docker.ContainerCreateOptions, "name" | "platform">;

export interface EngineOptions {
  /** `/var/run/docker.sock` or wherever the daemon listens. @default what DOCKER_HOST says, else the usual places */
  readonly socketPath?: string;
}

/**
 * The part of the Docker Engine API that sandboxes need. The only file that knows dockerode; all failures come out as
 * {@link EngineError}.
 */
export class Engine {
  readonly #options: EngineOptions;
  readonly #agent = new Agent({ keepAlive: true });
  #docker: Promise<Docker> | undefined;
  #version: Promise<EngineVersion> | undefined;

  constructor(options: EngineOptions = {}) {
    this.#options = options;
  }

  /** dockerode takes a while to load: not before somebody wants Docker. */
  #client(): Promise<Docker> {
    this.#docker ??= import("dockerode").then(({ default: Client }) => {
      const { socketPath } = this.#options;
      // dockerode passes `agent` on, though its types do not say so.
      const options = { socketPath, agent: this.#agent };
      return new Client(defined(options));
    });
    return this.#docker;
  }

  /**
   * Asked once; what the answer says does not change while a daemon runs.
   * @throws DockerUnavailableError when nobody answers or the API is too old
   */
  version(): Promise<EngineVersion> {
    this.#version ??= this.#readVersion().catch((error: unknown) => {
      this.#version = undefined;
      throw error;
    });
    return this.#version;
  }

  async #readVersion(): Promise<EngineVersion> {
    const docker = await this.#client();
    try {
      const [version, info] = await Promise.all([
        control("version", docker.version()),
        control("info", docker.info() as Promise<InfoAnswer>),
      ]);
      const [major = 0, minor = 0] = version.ApiVersion.split(".").map(Number);
      if (major < MINIMUM_API[0] || (major === MINIMUM_API[0] && minor < MINIMUM_API[1])) {
        throw new DockerUnavailableError(
          `Docker ${version.Version} speaks API ${version.ApiVersion}; ${MINIMUM_API.join(".")} (Docker 20.10) or newer is needed.`,
          { hint: "Update Docker." },
        );
      }
      return {
        version: version.Version,
        apiVersion: version.ApiVersion,
        operatingSystem: info.OperatingSystem,
        cpus: info.NCPU,
        memoryBytes: info.MemTotal,
        cgroupVersion: info.CgroupVersion ?? "1",
        storageDriver: info.Driver,
        backingFilesystem: info.DriverStatus?.find(([name]) => name === "Backing Filesystem")?.[1] ?? "",
        runtimes: Object.keys(info.Runtimes ?? {}),
        dataRoot: info.DockerRootDir,
      };
    } catch (error) {
      if (error instanceof EngineError && error.unreachable) {
        const isForbidden = /\bEACCES\b/.test(error.message);
        throw new DockerUnavailableError(`No Docker engine answers: ${error.message}`, {
          hint: isForbidden ? FORBIDDEN_HINT : undefined,
          cause: error,
        });
      }
      throw error;
    }
  }

  async createContainer(name: string, config: ContainerConfig, platform?: string): Promise<string> {
    const docker = await this.#client();
    return (await control(`create ${name}`, docker.createContainer(defined({ ...config, name, platform })))).id;
  }

  async startContainer(id: string): Promise<void> {
    const docker = await this.#client();
    await control(`start ${id}`, docker.getContainer(id).start());
  }

  async killContainer(id: string): Promise<void> {
    const docker = await this.#client();
    await control(`kill ${id}`, docker.getContainer(id).kill({ signal: "SIGKILL" }));
  }

  /** Freezes every process in it, and none that is started later runs. */
  async pauseContainer(id: string): Promise<void> {
    const docker = await this.#client();
    await control(`pause ${id}`, docker.getContainer(id).pause());
  }

  async unpauseContainer(id: string): Promise<void> {
    const docker = await this.#client();
    await control(`unpause ${id}`, docker.getContainer(id).unpause());
  }

  /** Kills it if it runs and removes it with its anonymous volumes. */
  async removeContainer(id: string): Promise<void> {
    const docker = await this.#client();
    await control(`remove ${id}`, docker.getContainer(id).remove({ force: true, v: true }));
  }

  async inspectContainer(id: string): Promise<ContainerState> {
    const docker = await this.#client();
    const answer = await control(`inspect ${id}`, docker.getContainer(id).inspect());
    const { State, Config } = answer;
    return {
      id: answer.Id,
      running: State.Running,
      status: State.Status,
      exitCode: State.ExitCode,
      oomKilled: State.OOMKilled,
      error: State.Error,
      health:
        State.Health === undefined
          ? undefined
          : { status: State.Health.Status, lastOutput: State.Health.Log?.at(-1)?.Output.trim() ?? "" },
      workingDirectory: Config.WorkingDir === "" ? "/" : Config.WorkingDir,
      user: Config.User,
    };
  }

  /** Bytes in the container's own layer, as its files claim them: a sparse file counts whole. */
  async writtenBytes(id: string): Promise<number> {
    const docker = await this.#client();
    // dockerode passes options on, though its types know the abort signal only.
    const options: Record<string, unknown> = { size: true };
    const answer = await control(`measure ${id}`, docker.getContainer(id).inspect(options));
    return "SizeRw" in answer && typeof answer.SizeRw === "number" ? answer.SizeRw : 0;
  }

  /** The last lines that the container's main process wrote. */
  async logsTail(id: string, lines: number): Promise<string> {
    const docker = await this.#client();
    const logs = await control(
      `logs ${id}`,
      docker.getContainer(id).logs({ stdout: true, stderr: true, tail: lines, follow: false }),
    );
    return stripFrames(logs);
  }

  async startExec(containerId: string, exec: EngineExec): Promise<StartedExec> {
    const docker = await this.#client();
    const created = await control(
      "exec",
      docker.getContainer(containerId).exec({
        Cmd: [...exec.command],
        AttachStdin: exec.stdin,
        AttachStdout: true,
        AttachStderr: true,
        Tty: false,
        Env: Object.entries(exec.env ?? {}).map(([key, value]) => `${key}=${value}`),
        User: exec.user,
      }),
    );
    return { id: created.id, socket: await control("exec start", created.start({ hijack: true, stdin: exec.stdin })) };
  }

  async execExitCode(execId: string): Promise<number | undefined> {
    const docker = await this.#client();
    const answer = await control("exec inspect", docker.getExec(execId).inspect());
    return answer.Running ? undefined : (answer.ExitCode ?? undefined);
  }

  /** Tar of a path; the path's last part is not followed when it is a link. */
  async archive(containerId: string, path: string): Promise<Readable> {
    const docker = await this.#client();
    const stream = await control(`archive ${path}`, docker.getContainer(containerId).getArchive({ path }));
    return stream as Readable;
  }

  /** @returns undefined when there is nothing at the path */
  async pathFacts(containerId: string, path: string): Promise<PathFacts | undefined> {
    const docker = await this.#client();
    try {
      const answer: { headers: Record<string, string | undefined>; resume(): void } = await control(
        `stat ${path}`,
        docker.getContainer(containerId).infoArchive({ path }),
      );
      answer.resume();
      const header = answer.headers["x-docker-container-path-stat"] ?? "";
      const facts = JSON.parse(Buffer.from(header, "base64").toString("utf8")) as { size: number; mode: number };
      return { kind: kindOfGoMode(facts.mode), size: facts.size };
    } catch (error) {
      if (error instanceof EngineError && error.status === 404) return undefined;
      throw error;
    }
  }

  async createNetwork(name: string, labels: Readonly<Record<string, string>>, internal: boolean): Promise<string> {
    const docker = await this.#client();
    const network = await control(
      `network ${name}`,
      docker.createNetwork({
        Name: name,
        CheckDuplicate: true,
        Driver: "bridge",
        Internal: internal,
        Labels: { ...labels },
      }),
    );
    return network.id;
  }

  async connectNetwork(networkId: string, containerId: string, aliases: readonly string[]): Promise<void> {
    const docker = await this.#client();
    const settings = { Container: containerId, EndpointConfig: { Aliases: [...aliases] } };
    await control(`connect ${networkId}`, docker.getNetwork(networkId).connect(settings));
  }

  async removeNetwork(id: string): Promise<void> {
    const docker = await this.#client();
    await control(`remove network ${id}`, docker.getNetwork(id).remove());
  }

  async createVolume(name: string, labels: Readonly<Record<string, string>>): Promise<void> {
    const docker = await this.#client();
    await control(`volume ${name}`, docker.createVolume({ Name: name, Labels: { ...labels } }));
  }

  async removeVolume(name: string): Promise<void> {
    const docker = await this.#client();
    await control(`remove volume ${name}`, docker.getVolume(name).remove({ force: true }));
  }

  /** Containers (running or not), networks and volumes that carry the label. */
  async labelled(label: string): Promise<Record<"container" | "network" | "volume", LabelledResource[]>> {
    const docker = await this.#client();
    const filters = { label: [label] };
    const [containers, networks, volumes] = await Promise.all([
      control("list", docker.listContainers({ all: true, filters: JSON.stringify(filters) })),
      control("list networks", docker.listNetworks({ filters: JSON.stringify(filters) })),
      control("list volumes", docker.listVolumes({ filters: JSON.stringify(filters) })),
    ]);
    return {
      container: containers.map((one) => ({
        id: one.Id,
        name: one.Names[0]?.replace(/^\//, "") ?? one.Id,
        labels: one.Labels,
      })),
      network: networks.map((one) => ({ id: one.Id, name: one.Name, labels: one.Labels ?? {} })),
      volume: (volumes.Volumes ?? []).map((one) => ({ id: one.Name, name: one.Name, labels: one.Labels ?? {} })),
    };
  }

  /** @returns undefined when the image is not there */
  async image(name: string): Promise<ImageFacts | undefined> {
    const docker = await this.#client();
    try {
      const answer = await control(`image ${name}`, docker.getImage(name).inspect());
      return { id: answer.Id, command: list(answer.Config.Cmd), entrypoint: list(answer.Config.Entrypoint) };
    } catch (error) {
      if (error instanceof EngineError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Lines of progress as the engine sends them; ends with the pull. */
  async pull(
    image: string,
    platform: string | undefined,
    onLine: (line: ProgressLine) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    const docker = await this.#client();
    const reference = /[:@][^/]+$/.test(image) ? image : `${image}:latest`;
    await followProgress(
      await control(`pull ${image}`, docker.pull(reference, defined({ platform })), TRANSFER_DEADLINE_SECONDS),
      onLine,
      signal,
    );
  }

  /** Builds with the classic builder from a folder, honouring its .dockerignore. */
  async build(build: BuildImage, onLine: (line: ProgressLine) => void, signal?: AbortSignal): Promise<void> {
    const docker = await this.#client();
    const stream = await control(
      `build ${build.tag}`,
      docker.buildImage(
        { context: build.context, src: ["."] },
        defined({
          t: build.tag,
          rm: true,
          forcerm: true,
          dockerfile: build.dockerfile,
          buildargs: build.args && { ...build.args },
          target: build.target,
          networkmode: build.network,
          labels: build.labels && { ...build.labels },
          platform: build.platform,
          nocache: build.noCache || undefined,
          pull: build.pull || undefined,
        }),
      ),
      TRANSFER_DEADLINE_SECONDS,
    );
    await followProgress(stream, onLine, signal);
  }

  async removeImage(name: string): Promise<void> {
    const docker = await this.#client();
    await control(`remove image ${name}`, docker.getImage(name).remove({ force: true }));
  }

  /** Lets go of idle connections. */
  close(): void {
    this.#agent.destroy();
  }
}

interface InfoAnswer {
  readonly OperatingSystem: string;
  readonly NCPU: number;
  readonly MemTotal: number;
  readonly CgroupVersion?: string;
  readonly Driver: string;
  readonly DriverStatus?: readonly (readonly [string, string])[] | null;
  readonly Runtimes?: Record<string, unknown>;
  readonly DockerRootDir: string;
}

/** Names the call in its failure, and fails it when a hanging daemon does not answer. */
async function control<Answer>(
  what: string,
  call: Promise<Answer>,
  seconds = CONTROL_DEADLINE_SECONDS,
): Promise<Answer> {
  const late = () => new EngineError(`docker ${what}: no answer within ${seconds} s`);
  using deadline = startDeadline(seconds * 1000, late);
  try {
    return await abortable(call, deadline.signal);
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw new EngineError(`docker ${what}: ${messageOf(error).trim()}`, statusOf(error), error);
  }
}

/** Without what is undefined, which dockerode would write into the query of its request. */
function defined<Options extends object>(options: Options): Options {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Options;
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("statusCode" in error)) return undefined;
  return typeof error.statusCode === "number" ? error.statusCode : undefined;
}

function list(value: string | readonly string[] | null | undefined): readonly string[] {
  return typeof value === "string" ? [value] : (value ?? []);
}
