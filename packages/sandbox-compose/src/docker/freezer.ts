import { sleep } from "@mlebench/base";
import type { Engine } from "./engine.js";

/** The runtime gives up on a container that is busy starting processes, on a busy machine. */
const ATTEMPTS = 6;
const FIRST_PAUSE_MS = 50;

/** The part of the engine that stops and continues containers. */
export type FreezingEngine = Pick<Engine, "pauseContainer" | "unpauseContainer" | "inspectContainer">;

/**
 * Does work on a container whose processes are stopped meanwhile, one piece after the other: what is copied cannot change,
 * nor take turns with a link. Where the engine cannot stop them, or the container runs no more, the work is done all the same.
 */
export class Freezer {
  readonly #engine: FreezingEngine;
  readonly #containerId: string;
  #last: Promise<unknown> = Promise.resolve();

  constructor(engine: FreezingEngine, containerId: string) {
    this.#engine = engine;
    this.#containerId = containerId;
  }

  /** @throws what the work throws, or why the container could not be continued */
  during<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(() => this.#frozen(work));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #frozen<Result>(work: () => Promise<Result>): Promise<Result> {
    const isFrozen = await this.#freeze();
    try {
      return await work();
    } finally {
      if (isFrozen) await this.#continue();
    }
  }

  async #freeze(): Promise<boolean> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#engine.pauseContainer(this.#containerId);
        return true;
      } catch (error) {
        const mayWork = error instanceof Error && /unable to freeze/.test(error.message);
        if (!mayWork || attempt === ATTEMPTS) return false;
        await sleep(FIRST_PAUSE_MS * 2 ** attempt);
      }
    }
  }

  async #continue(): Promise<void> {
    try {
      await this.#engine.unpauseContainer(this.#containerId);
    } catch (error) {
      // It may have been killed or removed meanwhile; one that is still stopped is of no use to anybody.
      const state = await this.#engine.inspectContainer(this.#containerId).catch(() => undefined);
      if (state?.status === "paused") throw error;
    }
  }
}
