import type { Downloader } from "@mlebench/data-prep";
import { KaggleClient } from "@mlebench/kaggle-client";
import type { RunEventListener } from "../../events.js";

export interface KaggleAccountOptions {
  /** A client of the caller's, which stays open. */
  readonly kaggle?: KaggleClient;
  /** Makes the client when none was given and one is needed. @default with this machine's credentials */
  readonly openKaggle?: () => Promise<KaggleClient>;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly emit: RunEventListener;
}

/** The client of Kaggle, made when it is first needed. */
export class KaggleAccount implements AsyncDisposable {
  readonly #options: KaggleAccountOptions;
  #opening: Promise<KaggleClient> | undefined;

  constructor(options: KaggleAccountOptions) {
    this.#options = options;
  }

  async client(): Promise<KaggleClient> {
    if (this.#options.kaggle) return this.#options.kaggle;
    this.#opening ??= this.#open();
    return await this.#opening;
  }

  async #open(): Promise<KaggleClient> {
    const { openKaggle, env, emit } = this.#options;
    const opened = await (openKaggle?.() ?? KaggleClient.fromEnvironment({ env }));
    for (const { message, hint } of opened.credentialsWarnings)
      emit({ type: "warning", message: `${message} ${hint}` });
    return opened;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opening?.then((opened) => opened.close()).catch(() => undefined);
  }
}

/** Kaggle's archive of a competition; a download that was cut off continues where it stopped. */
export function kaggleSource(kaggle: KaggleClient, emit: RunEventListener): Downloader {
  return async (competitionId, directory, { signal }) => {
    const { path } = await kaggle.downloadAll(competitionId, {
      directory,
      signal,
      onEvent: (event) => {
        if (event.type === "download-progress") {
          const { receivedBytes, totalBytes, bytesPerSecond, secondsLeft } = event;
          const amount = { done: receivedBytes, total: totalBytes, bytesPerSecond, secondsLeft };
          emit({ type: "prepare-progress", competitionId, stage: "download", ...amount });
        } else if (event.type === "download-retry") {
          const stage = `download: waiting ${Math.ceil(event.delaySeconds)} s after: ${event.message}`;
          emit({ type: "prepare-progress", competitionId, stage });
        }
      },
    });
    return path;
  };
}
