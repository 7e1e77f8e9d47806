import { type GenerationOptions, withoutUndefined } from "@mlebench/base";
import type { WireBody } from "./exchange.js";
import { openAiModel } from "./openai-names.js";
import type { RequestShape } from "./request-shape.js";

/**
 * Requests to the responses protocol. Nothing is kept on the server; thinking comes back encrypted and travels with the
 * conversation, beside a summary for people to read.
 */
export function responsesShape(name: string, options: GenerationOptions): RequestShape {
  const model = openAiModel(name);
  const { reasoningEffort: effort, reasoningSummary: summary = "auto" } = options;
  return {
    providerOptions: {
      openai: withoutUndefined({
        reasoningEffort: effort === "max" && !model.hasMaxEffort ? "xhigh" : effort,
        reasoningSummary: !model.reasons || summary === "none" ? undefined : summary,
        parallelToolCalls: model.isOSeries ? undefined : options.parallelToolCalls,
        store: false,
        forceReasoning: model.reasons,
        systemMessageMode: "developer",
      }),
    },
    // A model that declines in words has answered; only a filter's stop is one, as in Inspect.
    finish(result) {
      const { unified, raw } = result.finishReason;
      if (unified !== "content-filter" || raw === "content_filter") return result;
      return { ...result, finishReason: { unified: "stop", raw } };
    },
    revise({ body, headers }, call) {
      const sampling = model.takesSampling(effort) ? { temperature: call.temperature, top_p: call.topP } : {};
      const tools = Array.isArray(body["tools"]) ? { tools: body["tools"].map(withoutStrict) } : {};
      const { tool_choice: choice, ...rest } = body;
      const forced = choice === "auto" ? {} : { tool_choice: choice };
      return { body: withoutUndefined({ include: [], ...rest, ...forced, ...sampling, ...tools }), headers };
    },
  };
}

/** The protocol is strict by default, which optional parameters do not allow. */
function withoutStrict(tool: WireBody): WireBody {
  return tool["type"] === "function" ? { strict: false, ...tool } : tool;
}
