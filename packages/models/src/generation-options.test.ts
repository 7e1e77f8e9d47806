import type { LanguageModelV3, LanguageModelV3CallOptions } from "@ai-sdk/provider";
import { MODEL_CALL_OBSERVER } from "@mlebench/base";
import { expect, it } from "vitest";
import { withGenerationOptions } from "./generation-options.js";
import { mockModel } from "./mock/mock-model.js";

const REQUEST: LanguageModelV3CallOptions = { prompt: [{ role: "user", content: [{ type: "text", text: "Hi." }] }] };

/** What reaches the model of a call that is made with these options. */
async function received(generation: Parameters<typeof withGenerationOptions>[1], call: object) {
  const calls: LanguageModelV3CallOptions[] = [];
  const inner: LanguageModelV3 = {
    ...mockModel("inner", () => ({ text: "hi" })),
    async doGenerate(options) {
      calls.push(options);
      return mockModel("inner", () => ({ text: "hi" })).doGenerate(options);
    },
  };
  await withGenerationOptions(inner, generation).doGenerate({ ...REQUEST, ...call });
  return calls[0];
}

it("keeps an option that a call names but leaves undefined", async () => {
  const call = { temperature: undefined, stopSequences: undefined, seed: 0 };
  expect(await received({ temperature: 0.5, stopSequences: ["END"], seed: 7 }, call)).toMatchObject({
    temperature: 0.5,
    stopSequences: ["END"],
    seed: 0,
  });
});

it("sends headers along with those of a call", async () => {
  const generation = { headers: { "x-team": "red", "x-run": "1" } };
  expect(await received(generation, { headers: { "x-run": "2" } })).toMatchObject({
    headers: { "x-team": "red", "x-run": "2" },
  });
});

it("hands on who observes the call", async () => {
  const observer = { onRetry() {}, startWait: () => () => {} };
  expect(await received({}, { [MODEL_CALL_OBSERVER]: observer })).toMatchObject({ [MODEL_CALL_OBSERVER]: observer });
});
