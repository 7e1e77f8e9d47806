import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Hands out the host's GPUs, so that samples that run at the same time never share one. */
export class GpuPool {
  readonly #free: string[];
  readonly #waiting: { readonly count: number; readonly take: (ids: readonly string[]) => void }[] = [];

  constructor(ids: readonly string[]) {
    this.#free = [...ids];
  }

  /** Waits, in order, for so many GPUs. @throws the signal's reason when aborted while waiting. */
  async acquire(count: number, signal: AbortSignal): Promise<{ readonly ids: readonly string[]; release(): void }> {
    signal.throwIfAborted();
    const ids = await new Promise<readonly string[]>((resolve, reject) => {
      const waiter = { count, take: resolve };
      this.#waiting.push(waiter);
      signal.addEventListener(
        "abort",
        () => {
          const at = this.#waiting.indexOf(waiter);
          if (at === -1) return;
          this.#waiting.splice(at, 1);
          this.#serve();
          reject(signal.reason);
        },
        { once: true },
      );
      this.#serve();
    });
    let held = true;
    return {
      ids,
      release: () => {
        if (!held) return;
        held = false;
        this.#free.push(...ids);
        this.#serve();
      },
    };
  }

  #serve(): void {
    for (let next = this.#waiting[0]; next && this.#free.length >= next.count; next = this.#waiting[0]) {
      this.#waiting.shift();
      next.take(this.#free.splice(0, next.count));
    }
  }
}

/**
 * The host's GPUs by index, as `nvidia-smi` lists them; empty where there is none.
 */
export async function listGpus(): Promise<string[]> {
  try {
    const { stdout } = await promisify(execFile)("nvidia-smi", ["--query-gpu=index", "--format=csv,noheader"], {
      timeout: 20_000,
    });
    return stdout.split("\n").flatMap((line) => (/^\d+$/.test(line.trim()) ? [line.trim()] : []));
  } catch {
    return [];
  }
}
