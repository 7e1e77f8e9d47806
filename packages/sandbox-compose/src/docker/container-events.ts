import type { Readable } from "node:stream";
import { parseJson, sleep } from "@mlebench/base";
import { type Deferred, deferred } from "../exec/deferred.js";
import type { Engine } from "./engine.js";

/** The engine reports a death a little after it has happened. */
const DEATH_DEADLINE_MS = 3000;
/** A signal may be reported right after the death that it brought. */
const SETTLE_MS = 100;
/** One event takes a few hundred bytes; an engine that sends something else is not listened to. */
const LONGEST_LINE = 1_000_000;

/** What was done to a container from outside. */
export interface OutsideActs {
  /** Such as "killed by another client (signal 9)"; undefined for nothing. */
  readonly byOthers: string | undefined;
  /** Whether all of it was seen: the engine was listened to without a break. */
  readonly watched: boolean;
}

/**
 * Listens to what the engine reports of one container while it is up. What kills a container from inside is reported as
 * its death alone; what another client does is reported as a kill, stop or restart too. Listened to all the time, because
 * an engine remembers only its last 256 events.
 */
export class ContainerEvents {
  readonly #engine: Pick<Engine, "containerEvents">;
  readonly #containerId: string;
  readonly #closing = new AbortController();
  readonly #died: Deferred<void> = deferred<void>();
  #byOthers: string | undefined;
  #watched = true;
  #startedAgain = false;

  constructor(engine: Pick<Engine, "containerEvents">, containerId: string) {
    this.#engine = engine;
    this.#containerId = containerId;
  }

  /** Whether another client started it again after its death: what ran in it is gone. */
  get hasStartedAgain(): boolean {
    return this.#startedAgain;
  }

  /** Resolves once it listens. */
  async start(): Promise<void> {
    const stream = await this.#engine.containerEvents(this.#containerId, this.#closing.signal);
    void this.#follow(stream);
  }

  close(): void {
    this.#closing.abort();
    this.#died.resolve();
  }

  /** What others did to a container that has died, once its death was reported. */
  async untilDeath(): Promise<OutsideActs> {
    if (this.#watched) {
      await Promise.race([this.#died.promise, sleep(DEATH_DEADLINE_MS, this.#closing.signal).catch(() => undefined)]);
      await sleep(SETTLE_MS);
    }
    return { byOthers: this.#byOthers, watched: this.#watched };
  }

  async #follow(stream: Readable): Promise<void> {
    let rest = "";
    try {
      for await (const chunk of stream) {
        const lines = (rest + String(chunk)).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) if (line.trim() !== "") this.#take(line);
        if (rest.length > LONGEST_LINE) break;
      }
    } catch {
      // The engine went away, or it was closed from here.
    }
    this.#watched = false;
    this.#died.resolve();
  }

  #take(line: string): void {
    const event = parseJson(line) as { Action?: unknown; Actor?: { Attributes?: { signal?: unknown } } } | undefined;
    switch (event?.Action) {
      case "kill":
        this.#byOthers ??= `killed by another client (signal ${String(event.Actor?.Attributes?.signal)})`;
        break;
      case "stop":
        this.#byOthers ??= "stopped by another client";
        break;
      case "start":
      case "restart":
        this.#byOthers = "started again by another client";
        this.#startedAgain = true;
        break;
      case "die":
        this.#died.resolve();
        break;
    }
  }
}
