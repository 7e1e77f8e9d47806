import type { Downloader } from "@mlebench/data-prep";
import type { KaggleClient } from "@mlebench/kaggle-client";
import type { RunEventListener } from "../../events.js";

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
