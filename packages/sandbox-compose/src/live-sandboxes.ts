import { availableParallelism } from "node:os";
import { Semaphore } from "@mlebench/base";
import { SandboxError } from "./errors.js";
import type { Sandbox, UpOptions } from "./provider.js";

/** The sandboxes of one provider that are up: no more at a time than its limit, and all disposed of with it. */
export class LiveSandboxes implements AsyncDisposable {
  readonly #places: Semaphore;
  readonly #live = new Set<Sandbox>();
  readonly #starting = new Map<AbortController, Promise<unknown>>();

  /** @param limit sandboxes up at the same time. @default 2 x CPUs */
  constructor(limit: number | undefined) {
    this.#places = new Semaphore(limit ?? 2 * availableParallelism());
  }

  /** Sandboxes that may be up at the same time. */
  get limit(): number {
    return this.#places.limit;
  }

  /**
   * Starts a sandbox when there is a place for it, and tells of the waiting and of the sandbox.
   * @param start calls `onGone` once the sandbox is no more; its place is free from then on, as when starting fails. Its
   * signal aborts with the caller's, and when the provider is disposed of.
   */
  async start<Started extends Sandbox>(
    { signal, onProgress }: UpOptions,
    start: (onGone: () => void, signal: AbortSignal) => Promise<Started>,
  ): Promise<Started> {
    const stop = new AbortController();
    const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
    const starting = this.#start(onProgress, either, start);
    this.#starting.set(stop, starting);
    try {
      return await starting;
    } finally {
      this.#starting.delete(stop);
    }
  }

  async #start<Started extends Sandbox>(
    onProgress: UpOptions["onProgress"],
    signal: AbortSignal,
    start: (onGone: () => void, signal: AbortSignal) => Promise<Started>,
  ): Promise<Started> {
    const startedAt = performance.now();
    const release = await this.#places.acquire(signal, () => {
      onProgress?.({ type: "slot-wait", running: this.#places.running, limit: this.#places.limit });
    });
    try {
      const sandbox: Started = await start(() => {
        this.#live.delete(sandbox);
        release();
      }, signal);
      this.#live.add(sandbox);
      onProgress?.({ type: "sandbox-up", id: sandbox.id, seconds: (performance.now() - startedAt) / 1000 });
      return sandbox;
    } catch (error) {
      release();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const reason = new SandboxError({
      code: "SANDBOX_PROVIDER_DISPOSED",
      message: "The provider was disposed of while a sandbox was starting.",
      hint: "The sandbox was removed again.",
    });
    const starting = [...this.#starting];
    for (const [stop] of starting) stop.abort(reason);
    await Promise.allSettled(starting.map(([, started]) => started));
    await Promise.all([...this.#live].map((sandbox) => sandbox[Symbol.asyncDispose]()));
  }
}
