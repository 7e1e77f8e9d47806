import { stripVTControlCharacters } from "node:util";
import { messageOf } from "@mlebench/base";
import type { BuildSpec, ServiceSpec } from "../compose/spec.js";
import { composeHash } from "../compose/write.js";
import { ImageBuildError, ImageMissingError } from "../errors.js";
import type { UpOptions } from "../provider.js";
import type { Engine, ProgressLine } from "./engine.js";
import type { ImageFacts } from "./engine-answers.js";

const TAIL_LINES = 40;

export type EnsureImageOptions = Pick<UpOptions, "forceBuild" | "signal" | "onProgress">;

export interface EnsuredImage {
  readonly name: string;
  readonly facts: ImageFacts;
}

/** Makes images available, each once however many sandboxes ask for it at the same time. */
export class Images {
  readonly #engine: Engine;
  readonly #pending = new Map<string, Promise<EnsuredImage>>();
  readonly #rebuilt = new Set<string>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /**
   * Builds where the service has a build section and the image is missing (or is to be rebuilt), pulls where the pull
   * policy allows; `x-local: true` never pulls.
   * @throws ImageMissingError, ImageBuildError
   */
  ensure(service: ServiceSpec, options: EnsureImageOptions): Promise<EnsuredImage> {
    // One name for one build section, so that samples share what was built.
    const name = service.image ?? `mlebench-sandbox-build:${composeHash(service.build!)}`;
    const key = `${name} ${service.platform ?? ""} ${service.pull_policy ?? ""} ${options.forceBuild ?? false}`;
    const pending = this.#pending.get(key);
    if (pending !== undefined) return pending;
    const work = this.#ensure(name, service, options).finally(() => this.#pending.delete(key));
    this.#pending.set(key, work);
    return work;
  }

  async #ensure(name: string, service: ServiceSpec, options: EnsureImageOptions): Promise<EnsuredImage> {
    const policy = service["x-local"] === true ? "never" : (service.pull_policy ?? "missing");
    const present = await this.#engine.image(name);
    const isWanted = service.build === undefined ? policy === "always" : options.forceBuild || policy === "build";
    if (present !== undefined && (!isWanted || this.#rebuilt.has(name))) return { name, facts: present };
    if (service.build !== undefined) await this.#build(name, service.build, service.platform, options);
    else if (policy !== "never") await this.#pull(name, service.platform, options);
    else throw new ImageMissingError(name, "it is local only and not on this machine.");
    this.#rebuilt.add(name);
    const facts = await this.#engine.image(name);
    if (facts === undefined)
      throw new ImageMissingError(name, "the engine does not have it after building or pulling it.");
    return { name, facts };
  }

  async #pull(image: string, platform: string | undefined, { onProgress, signal }: EnsureImageOptions): Promise<void> {
    const startedAt = performance.now();
    onProgress?.({ type: "pull-start", image });
    let failure: string | undefined;
    const onLine = (line: ProgressLine) => {
      if (line.error !== undefined) failure = line.error;
      else if (line.status !== undefined) {
        const status = [line.id, line.status, line.progress]
          .filter((part) => part !== undefined && part !== "")
          .join(" ");
        onProgress?.({ type: "pull-progress", image, status });
      }
    };
    try {
      await this.#engine.pull(image, platform, onLine, signal);
    } catch (error) {
      signal?.throwIfAborted();
      throw new ImageMissingError(image, messageOf(error), { cause: error });
    }
    if (failure !== undefined) throw new ImageMissingError(image, failure);
    onProgress?.({ type: "pull-end", image, seconds: (performance.now() - startedAt) / 1000 });
  }

  async #build(
    image: string,
    build: BuildSpec,
    platform: string | undefined,
    { onProgress, signal }: EnsureImageOptions,
  ): Promise<void> {
    const startedAt = performance.now();
    onProgress?.({ type: "build-start", image });
    const tail: string[] = [];
    let failure: string | undefined;
    const onLine = (line: ProgressLine) => {
      if (line.error !== undefined) failure = line.error;
      // The engine colours what a step writes to stderr.
      for (const text of stripVTControlCharacters(line.stream ?? line.status ?? "").split(/[\r\n]+/)) {
        if (text.trim() === "") continue;
        tail.push(text);
        if (tail.length > TAIL_LINES) tail.shift();
        onProgress?.({ type: "build-output", image, line: text });
      }
    };
    try {
      await this.#engine.build(image, build, platform, onLine, signal);
    } catch (error) {
      signal?.throwIfAborted();
      throw new ImageBuildError(image, messageOf(error), tail.join("\n"), { cause: error });
    }
    if (failure !== undefined) throw new ImageBuildError(image, failure, tail.join("\n"));
    onProgress?.({ type: "build-end", image, seconds: (performance.now() - startedAt) / 1000 });
  }
}
