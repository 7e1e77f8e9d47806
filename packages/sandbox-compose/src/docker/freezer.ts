import type { Engine } from "./engine.js";

/**
 * Does work on a container whose processes are stopped meanwhile, one piece after the other: what is copied cannot change,
 * nor take turns with a link. Where the engine cannot stop them, or the container runs no more, the work is done all the same.
 */
export class Freezer {
  readonly #engine: Engine;
  readonly #containerId: string;
  #last: Promise<unknown> = Promise.resolve();

  constructor(engine: Engine, containerId: string) {
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
    const isFrozen = await this.#engine.pauseContainer(this.#containerId).then(
      () => true,
      () => false,
    );
    try {
      return await work();
    } finally {
      if (isFrozen) await this.#continue();
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
