import type { SandboxEvent } from "../../provider.js";
import type { Engine } from "../engine.js";
import type { EngineVersion } from "../engine-answers.js";
import { hostDiskOf } from "./disk-limit.js";
import type { DiskUser } from "./disk-watch.js";
import { HostGuard } from "./host-guard.js";
import { LoopDisks } from "./loop-disk.js";

/** What the disks of all sandboxes of one provider have in common. */
export class ProviderDisks {
  readonly #engine: Engine;
  readonly #diskPerContainer: "auto" | "never";
  #loops: LoopDisks | undefined;
  #guard: HostGuard | undefined;
  #told = false;

  constructor(engine: Engine, diskPerContainer: "auto" | "never") {
    this.#engine = engine;
    this.#diskPerContainer = diskPerContainer;
  }

  loops(version: EngineVersion): LoopDisks {
    if (this.#loops === undefined) {
      this.#loops = new LoopDisks(this.#engine, version);
      if (this.#diskPerContainer === "never") this.#loops.giveUp("disks of their own are turned off");
    }
    return this.#loops;
  }

  guard({ dataRoot }: EngineVersion): HostGuard {
    this.#guard ??= new HostGuard(hostDiskOf(dataRoot));
    return this.#guard;
  }

  /** Says, for the first sandbox whose disk is only watched, that it is. */
  tellOnce(watched: readonly DiskUser[], onProgress: ((event: SandboxEvent) => void) | undefined): void {
    if (this.#told || watched.length === 0) return;
    this.#told = true;
    const message = `What sandboxes write to disk is only watched on this engine, at best effort (${this.#loops?.problem ?? "no quota"}): one file is held to the limit, and a sandbox that is seen above it is ended.`;
    onProgress?.({ type: "warning", message });
  }

  async close(): Promise<void> {
    await this.#loops?.close();
  }
}
