import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { currentOwner } from "@mlebench/base";
import { SYSTEM_PATH } from "../../exec/become-user.js";
import type { ContainerConfig, Engine } from "../engine.js";
import { EngineError, type EngineRun } from "../engine-answers.js";
import { ownershipLabels } from "../labels.js";

/** Images of mlebench's own that have mkfs.ext4 and mount; the first that the engine has is taken. */
export const HELPER_IMAGES: readonly string[] = ["mlebench-env:lean", "mlebench-env:full", "mlebench-base:bookworm"];
const BUILT_IMAGE = "mlebench-disk-helper:1";
const DOCKERFILE = `FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends e2fsprogs mount util-linux && rm -rf /var/lib/apt/lists/*
`;
const BUILD_DEADLINE_SECONDS = 180;
const MIB = 2 ** 20;
/** It belongs to a process, not to a run. */
const NO_RUN = "";

/**
 * One container of the provider's own that may mount, for work below the engine's data root. It is started when it is first
 * needed, idles in between, has no network, and carries the process's labels, so that a clean-up finds it.
 */
export class DiskHelper {
  readonly #engine: Engine;
  readonly #dataRoot: string;
  readonly #name = `mlebench-disk-helper-${randomBytes(6).toString("hex")}`;
  #starting: Promise<void> | undefined;

  constructor(engine: Engine, dataRoot: string) {
    this.#engine = engine;
    this.#dataRoot = dataRoot;
  }

  /**
   * Runs a shell script in it.
   * @throws EngineError when the engine refuses the helper or has no image for it
   */
  async run(script: string, args: readonly string[]): Promise<EngineRun> {
    const attempt = async () => {
      await this.#started();
      const command = ["/bin/sh", "-c", script, "disk-helper", ...args];
      return this.#engine.run(this.#name, { command, user: "0:0", env: { PATH: SYSTEM_PATH } });
    };
    try {
      return await attempt();
    } catch (error) {
      // Somebody removed or stopped it.
      if (!(error instanceof EngineError && (error.status === 404 || error.status === 409))) throw error;
      await this.remove();
      return attempt();
    }
  }

  async remove(): Promise<void> {
    const starting = this.#starting;
    this.#starting = undefined;
    if (starting === undefined) return;
    await starting.catch(() => undefined);
    await this.#engine.removeContainer(this.#name).catch(() => undefined);
  }

  #started(): Promise<void> {
    this.#starting ??= this.#start();
    return this.#starting;
  }

  async #start(): Promise<void> {
    await this.#engine.createContainer(this.#name, helperConfig(await this.#image(), this.#dataRoot));
    await this.#engine.startContainer(this.#name);
  }

  async #image(): Promise<string> {
    for (const name of [...HELPER_IMAGES, BUILT_IMAGE]) {
      if ((await this.#engine.image(name)) !== undefined) return name;
    }
    await buildHelperImage(this.#engine);
    return BUILT_IMAGE;
  }
}

async function buildHelperImage(engine: Engine): Promise<void> {
  const context = await mkdtemp(join(tmpdir(), "mlebench-disk-helper-"));
  let failure: string | undefined;
  try {
    await writeFile(join(context, "Dockerfile"), DOCKERFILE);
    const onLine = ({ error }: { readonly error?: string }) => {
      failure ??= error;
    };
    await engine.build(BUILT_IMAGE, { context }, undefined, onLine, AbortSignal.timeout(BUILD_DEADLINE_SECONDS * 1000));
  } finally {
    await rm(context, { recursive: true, force: true });
  }
  if (failure !== undefined) throw new EngineError(`build of ${BUILT_IMAGE}: ${failure}`, 500);
}

function helperConfig(image: string, dataRoot: string): ContainerConfig {
  return {
    Image: image,
    Entrypoint: ["/bin/sh", "-c", "trap 'exit 0' TERM; while :; do sleep 3600 & wait; done"],
    Cmd: [],
    User: "0:0",
    WorkingDir: "/",
    Labels: ownershipLabels({ runId: NO_RUN, owner: currentOwner(), keep: false }),
    Healthcheck: { Test: ["NONE"] },
    HostConfig: {
      Init: true,
      NetworkMode: "none",
      CapDrop: ["ALL"],
      CapAdd: ["SYS_ADMIN", "DAC_OVERRIDE", "CHOWN", "FOWNER"],
      // Where there is AppArmor or SELinux, their default profiles refuse mounts.
      SecurityOpt: ["no-new-privileges:true", "apparmor=unconfined", "label=disable"],
      UsernsMode: "host",
      Binds: [`${dataRoot}:${dataRoot}:rshared`, "/dev:/dev"],
      // Loop devices and their control file, by the kernel's numbers.
      DeviceCgroupRules: ["b 7:* rwm", "c 10:237 rwm"],
      ReadonlyRootfs: true,
      Tmpfs: { "/run": "size=1m" },
      Memory: 512 * MIB,
      PidsLimit: 256,
      LogConfig: { Type: "none", Config: {} },
      RestartPolicy: { Name: "no" },
    },
  };
}
