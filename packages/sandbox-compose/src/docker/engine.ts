import { Agent } from "node:http";
import type { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { abortable, messageOf, startDeadline } from "@mlebench/base";
import type Docker from "dockerode";
import type { BuildSpec } from "../compose/spec.js";
import { DockerUnavailableError } from "../errors.js";
import { type EngineAddress, type FindEngineOptions, findEngine } from "./engine-address.js";
import {
  type ContainerState,
  EngineError,
  type EngineExec,
  type EngineRun,
  type EngineVersion,
  type ImageFacts,
  kindOfGoMode,
  type LabelledResource,
  type PathFacts,
  type StartedExec,
  stripFrames,
} from "./engine-answers.js";
import { FrameReader } from "./frames.js";

/** The oldest Engine API that has all that is used here (Docker 20.10). */
const MINIMUM_API: readonly [number, number] = [1, 41];
const CONTROL_DEADLINE_SECONDS = 120;
const LOG_LINES = 20;
const LONGEST_ANSWER_BYTES = 8 * 2 ** 20;
/** A build is answered once its context has been sent, a pull once the registry has been asked. */
const TRANSFER_DEADLINE_SECONDS = 3600;

const FORBIDDEN_HINT =
  "This user may not use Docker's socket. On Linux: `sudo usermod -aG docker $USER`, and log in again. Without Docker, use the local provider.";

export type ContainerConfig = Omit<Docker.ContainerCreateOptions, "name" | "platform">;

/** One line of a build's or pull's progress. */
export interface ProgressLine {
  readonly stream?: string;
  readonly status?: string;
  readonly id?: string;
  readonly progress?: string;
  readonly error?: string;
}

/** Where the engine is looked for: `socketPath` names it, else it is the one that the docker command would talk to. */
export type EngineOptions = FindEngineOptions;

/**
 * The part of the Docker Engine API that sandboxes need. The only file that knows dockerode; all failures come out as
 * {@link EngineError}.
 */
export class Engine {
  readonly #options: EngineOptions;
  readonly #agent = new Agent({ keepAlive: true });
  #address: Promise<EngineAddress> | undefined;
  #docker: Promise<Docker> | undefined;
  #version: Promise<EngineVersion> | undefined;

  constructor(options: EngineOptions = {}) {
    this.#options = options;
  }

  /**
   * Where the engine is; read once.
   * @throws DockerUnavailableError
   */
  address(): Promise<EngineAddress> {
    this.#address ??= findEngine(this.#options);
    return this.#address;
  }

  /** dockerode takes a while to load: not before somebody wants Docker. */
  #client(): Promise<Docker> {
    this.#docker ??= this.address().then(async ({ connection }) => {
      const { default: Client } = await import("dockerode");
      // dockerode passes `agent` on, though its types do not say so; over ssh and TLS it needs its own.
      const agent = ["ssh", "https"].includes(connection.protocol ?? "") ? {} : { agent: this.#agent };
      return new Client({ ...connection, ...agent });
    });
    return this.#docker;
  }

  /** Names the call in its failure, and fails it when a hanging daemon does not answer. */
  async #call<Answer>(
    what: string,
    ask: (docker: Docker) => Promise<Answer>,
    seconds = CONTROL_DEADLINE_SECONDS,
  ): Promise<Answer> {
    const docker = await this.#client();
    const late = () => new EngineError(`docker ${what}: no answer within ${seconds} s`);
    using deadline = startDeadline(seconds * 1000, late);
    try {
      return await abortable(ask(docker), deadline.signal);
    } catch (error) {
      if (error instanceof EngineError) throw error;
      throw new EngineError(`docker ${what}: ${messageOf(error).trim()}`, statusOf(error), error);
    }
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
    try {
      const [version, info] = await Promise.all([
        this.#call("version", (docker) => docker.version()),
        this.#call("info", (docker): Promise<InfoAnswer> => docker.info()),
      ]);
      const [major = 0, minor = 0] = version.ApiVersion.split(".").map(Number);
      if (major < MINIMUM_API[0] || (major === MINIMUM_API[0] && minor < MINIMUM_API[1])) {
        throw new DockerUnavailableError(
          `Docker ${version.Version} speaks API ${version.ApiVersion}; ${MINIMUM_API.join(".")} (Docker 20.10) or newer is needed.`,
          { hint: "Update Docker." },
        );
      }
      return {
        foundBy: (await this.address()).origin,
        version: version.Version,
        apiVersion: version.ApiVersion,
        operatingSystem: info.OperatingSystem,
        cpus: info.NCPU,
        memoryBytes: info.MemTotal,
        cgroupVersion: info.CgroupVersion ?? "1",
        isPodman: version.Components?.some(({ Name }) => Name === "Podman Engine") ?? false,
        isRootless: hasSecurityOption(info, "rootless"),
        hasSeccomp: hasSecurityOption(info, "seccomp"),
        storageDriver: info.Driver,
        backingFilesystem: info.DriverStatus?.find(([name]) => name === "Backing Filesystem")?.[1] ?? "",
        runtimes: Object.keys(info.Runtimes ?? {}),
        dataRoot: info.DockerRootDir,
      };
    } catch (error) {
      if (error instanceof EngineError && error.unreachable) {
        const isForbidden = /\bEACCES\b/.test(error.message);
        const { origin } = await this.address();
        throw new DockerUnavailableError(`No Docker engine answers at ${origin}: ${error.message}`, {
          hint: isForbidden ? FORBIDDEN_HINT : undefined,
          cause: error,
        });
      }
      throw error;
    }
  }

  async createContainer(name: string, config: ContainerConfig, platform?: string): Promise<string> {
    const options = defined({ ...config, name, platform });
    return (await this.#call(`create ${name}`, (docker) => docker.createContainer(options))).id;
  }

  async startContainer(id: string): Promise<void> {
    await this.#call(`start ${id}`, (docker) => docker.getContainer(id).start());
  }

  async killContainer(id: string): Promise<void> {
    await this.#call(`kill ${id}`, (docker) => docker.getContainer(id).kill({ signal: "SIGKILL" }));
  }

  /** Freezes every process in it, and none that is started later runs. */
  async pauseContainer(id: string): Promise<void> {
    await this.#call(`pause ${id}`, (docker) => docker.getContainer(id).pause());
  }

  async unpauseContainer(id: string): Promise<void> {
    await this.#call(`unpause ${id}`, (docker) => docker.getContainer(id).unpause());
  }

  /** Kills it if it runs and removes it with its anonymous volumes. */
  async removeContainer(id: string): Promise<void> {
    await this.#call(`remove ${id}`, (docker) => docker.getContainer(id).remove({ force: true, v: true }));
  }

  async inspectContainer(id: string): Promise<ContainerState> {
    const { Id, State, Config, GraphDriver } = await this.#call(`inspect ${id}`, (docker) =>
      docker.getContainer(id).inspect(),
    );
    return {
      id: Id,
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
      layer: layerOf(GraphDriver),
      env: variables(list(Config.Env)),
    };
  }

  /** What happens to a container from now on, one JSON object a line; ends when the engine goes away. */
  async containerEvents(id: string, signal: AbortSignal): Promise<Readable> {
    const filters = JSON.stringify({ type: ["container"], container: [id] });
    const events = await this.#call(`events ${id}`, (docker) => docker.getEvents({ filters, abortSignal: signal }));
    return events as Readable;
  }

  /** Bytes in the container's own layer, as its files claim them: a sparse file counts whole. */
  async writtenBytes(id: string): Promise<number> {
    // dockerode passes options on, though its types know the abort signal only.
    const options: Record<string, unknown> = { size: true };
    const answer = await this.#call(`measure ${id}`, (docker) => docker.getContainer(id).inspect(options));
    return "SizeRw" in answer && typeof answer.SizeRw === "number" ? answer.SizeRw : 0;
  }

  /** The last lines that the container's main process wrote, as a sentence that follows others; empty without any. */
  async lastWords(id: string): Promise<string> {
    const options = { stdout: true, stderr: true, tail: LOG_LINES, follow: false } as const;
    const logs = await this.#call(`logs ${id}`, (docker) => docker.getContainer(id).logs(options)).catch(
      () => undefined,
    );
    const words = logs === undefined ? "" : stripFrames(logs).trim();
    return words === "" ? "" : ` Its last output: ${words}`;
  }

  async startExec(containerId: string, exec: EngineExec): Promise<StartedExec> {
    const created = await this.#call("exec", (docker) =>
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
    const socket = await this.#call("exec start", () => created.start({ hijack: true, stdin: exec.stdin }));
    return { id: created.id, socket };
  }

  /** Runs a short command to its end, which says little. */
  async run(containerId: string, exec: Omit<EngineExec, "stdin">): Promise<EngineRun> {
    const { id, socket } = await this.startExec(containerId, { ...exec, stdin: false });
    const texts = { stdout: "", stderr: "" };
    const frames = new FrameReader((stream, chunk) => {
      texts[stream] += chunk.toString("utf8");
    });
    let bytes = 0;
    socket.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      // What runs in a container may be anything.
      if (bytes > LONGEST_ANSWER_BYTES) socket.destroy(new Error("it says too much"));
      else frames.push(chunk);
    });
    try {
      await this.#call("exec", () => finished(socket, { writable: false }));
    } finally {
      socket.destroy();
    }
    return { ...texts, exitCode: await this.execExitCode(id) };
  }

  async execExitCode(execId: string): Promise<number | undefined> {
    const answer = await this.#call("exec inspect", (docker) => docker.getExec(execId).inspect());
    return answer.Running ? undefined : (answer.ExitCode ?? undefined);
  }

  /** Tar of a path; the path's last part is not followed when it is a link. */
  async archive(containerId: string, path: string): Promise<Readable> {
    const archive = await this.#call(`archive ${path}`, (docker) =>
      docker.getContainer(containerId).getArchive({ path }),
    );
    return archive as Readable;
  }

  /** Unpacks a tar into a folder of a container, which need not run. */
  async putArchive(containerId: string, path: string, tar: Buffer): Promise<void> {
    await this.#call(`unpack ${path}`, (docker) => docker.getContainer(containerId).putArchive(tar, { path }));
  }

  /** @returns undefined when there is nothing at the path */
  async pathFacts(containerId: string, path: string): Promise<PathFacts | undefined> {
    const asking = this.#call(
      `stat ${path}`,
      (docker): Promise<{ headers: Record<string, string | undefined>; resume(): void }> =>
        docker.getContainer(containerId).infoArchive({ path }),
    );
    const answer = await asking.catch(undefinedIfMissing);
    if (answer === undefined) return undefined;
    answer.resume();
    const header = answer.headers["x-docker-container-path-stat"] ?? "";
    const facts = JSON.parse(Buffer.from(header, "base64").toString("utf8")) as { size: number; mode: number };
    return { kind: kindOfGoMode(facts.mode), size: facts.size };
  }

  async createNetwork(name: string, labels: Readonly<Record<string, string>>, internal: boolean): Promise<string> {
    const options = { Name: name, CheckDuplicate: true, Driver: "bridge", Internal: internal, Labels: { ...labels } };
    return (await this.#call(`network ${name}`, (docker) => docker.createNetwork(options))).id;
  }

  async connectNetwork(networkId: string, containerId: string, aliases: readonly string[]): Promise<void> {
    const settings = { Container: containerId, EndpointConfig: { Aliases: [...aliases] } };
    await this.#call(`connect ${networkId}`, (docker) => docker.getNetwork(networkId).connect(settings));
  }

  async removeNetwork(id: string): Promise<void> {
    await this.#call(`remove network ${id}`, (docker) => docker.getNetwork(id).remove());
  }

  /** @param options of the `local` driver */
  async createVolume(
    name: string,
    labels: Readonly<Record<string, string>>,
    options: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const volume = { Name: name, Labels: { ...labels }, DriverOpts: { ...options } };
    await this.#call(`volume ${name}`, (docker) => docker.createVolume(volume));
  }

  async removeVolume(name: string): Promise<void> {
    await this.#call(`remove volume ${name}`, (docker) => docker.getVolume(name).remove({ force: true }));
  }

  /** Containers (running or not), networks and volumes that carry the label. */
  async labelled(label: string): Promise<Record<"container" | "network" | "volume", LabelledResource[]>> {
    const filters = JSON.stringify({ label: [label] });
    const [containers, networks, volumes] = await Promise.all([
      this.#call("list", (docker) => docker.listContainers({ all: true, filters })),
      this.#call("list networks", (docker) => docker.listNetworks({ filters })),
      this.#call("list volumes", (docker) => docker.listVolumes({ filters })),
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
    const asking = this.#call(`image ${name}`, (docker) => docker.getImage(name).inspect());
    const answer = await asking.catch(undefinedIfMissing);
    return (
      answer && {
        id: answer.Id,
        command: list(answer.Config.Cmd),
        entrypoint: list(answer.Config.Entrypoint),
        volumes: Object.keys(answer.Config.Volumes ?? {}),
        user: answer.Config.User ?? "",
      }
    );
  }

  /** Lines of progress as the engine sends them; ends with the pull. */
  async pull(
    image: string,
    platform: string | undefined,
    onLine: (line: ProgressLine) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    const reference = /[:@][^/]+$/.test(image) ? image : `${image}:latest`;
    const pull = (docker: Docker) => docker.pull(reference, defined({ platform }));
    await followProgress(await this.#call(`pull ${image}`, pull, TRANSFER_DEADLINE_SECONDS), onLine, signal);
  }

  /** Builds with the classic builder from a folder, honouring its .dockerignore. */
  async build(
    image: string,
    build: BuildSpec,
    platform: string | undefined,
    onLine: (line: ProgressLine) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    const options = defined({
      t: image,
      rm: true,
      forcerm: true,
      dockerfile: build.dockerfile,
      buildargs: build.args,
      target: build.target,
      networkmode: build.network,
      labels: build.labels,
      platform: build.platforms?.[0] ?? platform,
      nocache: build.no_cache || undefined,
      pull: build.pull || undefined,
    });
    const start = (docker: Docker) => docker.buildImage({ context: build.context, src: ["."] }, options);
    await followProgress(await this.#call(`build ${image}`, start, TRANSFER_DEADLINE_SECONDS), onLine, signal);
  }

  async removeImage(name: string): Promise<void> {
    await this.#call(`remove image ${name}`, (docker) => docker.getImage(name).remove({ force: true }));
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
  /** Such as `name=seccomp,profile=default`. */
  readonly SecurityOptions?: readonly string[] | null;
  readonly DockerRootDir: string;
}

function hasSecurityOption({ SecurityOptions: options }: InfoAnswer, name: string): boolean {
  return (options ?? []).some((option) => option.split(",")[0] === `name=${name}` || option === name);
}

/** Where the overlay driver keeps what a container writes; undefined for every other driver. */
function layerOf(driver: InspectedDriver | undefined): ContainerState["layer"] {
  const { UpperDir: upper, MergedDir: merged } = driver?.Data ?? {};
  const isOverlay = driver?.Name === "overlay2" && upper !== undefined && merged !== undefined;
  return isOverlay && upper.endsWith("/diff") ? { folder: upper.slice(0, -"/diff".length), upper, merged } : undefined;
}

interface InspectedDriver {
  readonly Name: string;
  readonly Data?: Readonly<Record<string, string | undefined>> | null;
}

/** Reports every line until the engine has no more to say. */
async function followProgress(
  stream: NodeJS.ReadableStream,
  onLine: (line: ProgressLine) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const readable = stream as Readable;
  const abort = () => readable.destroy(new Error("aborted"));
  signal?.addEventListener("abort", abort, { once: true });
  if (signal?.aborted === true) abort();
  let rest = "";
  try {
    for await (const chunk of readable) {
      const lines = (rest + String(chunk)).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) report(line, onLine);
    }
    report(rest, onLine);
  } catch (error) {
    signal?.throwIfAborted();
    throw new EngineError(`the daemon's answer broke off: ${String(error)}`, undefined, error);
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

function report(line: string, onLine: (line: ProgressLine) => void): void {
  if (line.trim() !== "") onLine(JSON.parse(line) as ProgressLine);
}

function undefinedIfMissing(error: unknown): undefined {
  if (!(error instanceof EngineError && error.status === 404)) throw error;
}

/** Without what is undefined, which dockerode would write into the query of its request. */
function defined<Options extends object>(options: Options): Options {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Options;
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("statusCode" in error)) return undefined;
  return typeof error.statusCode === "number" ? error.statusCode : undefined;
}

function variables(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf("=");
      return at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 1)];
    }),
  );
}

function list(value: string | readonly string[] | null | undefined): readonly string[] {
  return typeof value === "string" ? [value] : (value ?? []);
}
