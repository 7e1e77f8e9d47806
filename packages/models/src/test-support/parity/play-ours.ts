import { bashTool, runReact, submitTool } from "@mlebench/agent-react";
import { handMadeSandbox } from "@mlebench/agent-react/testing";
import type { GenerationOptions } from "@mlebench/base";
import { resolveModel } from "../../index.js";
import { toCamelCase } from "../../model-args.js";
import { startAnthropicServer, startOpenAiServer } from "../../testing/index.js";
import type { ParityScript } from "./scripts.js";
import { TEXTS, turnsOf, type WireRecord, wireRecords } from "./wire.js";

/** What the loop over one of our models sends in a conversation. */
export async function playOurs({
  protocol,
  path = "/v1",
  replies,
  config,
  model,
}: ParityScript): Promise<WireRecord[]> {
  const start = protocol === "anthropic" ? startAnthropicServer : startOpenAiServer;
  await using server = await start({ replies: turnsOf(replies) });
  const generation = generationOf(config);
  const { languageModel } = await resolveModel(model, {
    env: {},
    apiKey: "key",
    baseUrl: new URL(server.url).origin + path,
    generation,
    maxRetries: 0,
  });
  await runReact({
    model: languageModel,
    sandbox: handMadeSandbox(() => "ok"),
    tools: [bashTool({ timeoutSeconds: 360 }), submitTool()],
    instructions: TEXTS.system,
    input: TEXTS.task,
    continueText: TEXTS.continue,
    config: generation,
  });
  return wireRecords(server);
}

/** Inspect's names of options as ours. */
function generationOf(config: ParityScript["config"] = {}): GenerationOptions {
  const { stop_seqs: stopSequences, ...rest } = config;
  const named = Object.entries(rest).map(([name, value]) => [toCamelCase(name), value]);
  return { ...Object.fromEntries(named), ...(stopSequences === undefined ? {} : { stopSequences }) };
}
