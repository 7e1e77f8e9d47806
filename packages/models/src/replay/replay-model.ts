import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { LanguageModelV3, LanguageModelV3GenerateResult } from "@ai-sdk/provider";
import { z } from "zod";
import { ModelOptionsError, ReplayMismatchError } from "../errors.js";
import { MODEL_FILE } from "./record-model.js";
import { requestKey, requestOf } from "./request-key.js";

const ModelFileSchema = z.object({ provider: z.string(), modelId: z.string() });
const RecordingSchema = z.object({
  request: z.record(z.string(), z.unknown()),
  response: z.object({ content: z.array(z.unknown()), finishReason: z.unknown(), usage: z.unknown() }),
});

type Recording = z.infer<typeof RecordingSchema>;

/**
 * A model that answers from the files of `recordModel`. A request that was recorded several times gets its answers in
 * order, and then the last one again.
 * @throws ReplayMismatchError on a request that was never recorded, saying where it departs from the nearest one.
 */
export async function replayModel(options: { readonly directory: string }): Promise<LanguageModelV3> {
  const { directory } = options;
  const identity = ModelFileSchema.parse(await readJson(directory, MODEL_FILE));
  const recordings = new Map<string, Recording[]>();
  const names = (await readdir(directory)).filter((name) => /^[0-9a-f]{32}-\d+\.json$/.test(name));
  names.sort((left, right) => left.localeCompare(right, "en", { numeric: true }));
  for (const name of names) {
    const recording = RecordingSchema.parse(await readJson(directory, name));
    const key = requestKey(recording.request);
    recordings.set(key, [...(recordings.get(key) ?? []), recording]);
  }
  const asked = new Map<string, number>();
  return {
    specificationVersion: "v3",
    ...identity,
    supportedUrls: {},
    async doGenerate(callOptions) {
      const request = requestOf(callOptions);
      const key = requestKey(request);
      const answers = recordings.get(key);
      if (answers === undefined) throw mismatch(directory, request, [...recordings.values()].flat());
      const index = asked.get(key) ?? 0;
      asked.set(key, index + 1);
      const { response } = answers[Math.min(index, answers.length - 1)]!;
      return { ...response, warnings: [] } as unknown as LanguageModelV3GenerateResult;
    },
    async doStream() {
      throw new ModelOptionsError("A replayed model does not stream.", "Leave the stream argument out.");
    },
  };
}

async function readJson(directory: string, name: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(join(directory, name), "utf8"));
  } catch (error) {
    throw new ModelOptionsError(`${join(directory, name)} cannot be read.`, "Is it a folder of recordings?", error);
  }
}

function mismatch(directory: string, request: Record<string, unknown>, recordings: readonly Recording[]) {
  const messages = list(request["prompt"]);
  const agreeing = recordings.map((recording) => agreement(messages, list(recording.request["prompt"])));
  const best = Math.max(0, ...agreeing);
  const where =
    best === messages.length
      ? "its messages are recorded, but with other tools or options"
      : `its message ${best + 1} of ${messages.length} is in no recording: ${shortened(messages[best])}`;
  return new ReplayMismatchError(
    `A request was never recorded in ${directory} (${recordings.length} recordings): ${where}`,
  );
}

function agreement(left: readonly unknown[], right: readonly unknown[]): number {
  const first = left.findIndex((message, index) => requestKey(message) !== requestKey(right[index] ?? null));
  return first === -1 ? left.length : first;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function shortened(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 300)}...` : text;
}
