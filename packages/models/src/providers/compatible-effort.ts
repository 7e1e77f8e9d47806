import type { WireBody } from "./exchange.js";
import type { Vendor } from "./vendors.js";

/** How much a model is asked to think, in the words that its service takes: Inspect's translations. */
export function effortFields(
  { name: vendor }: Vendor,
  model: string,
  effort: string | undefined,
  tokens: number | undefined,
): WireBody {
  const name = model.toLowerCase();
  switch (vendor) {
    case "openrouter":
      return openRouterFields(effort, tokens);
    case "deepseek":
      if (effort === "none") return { thinking: { type: "disabled" } };
      return plain(effort, { minimal: "low", medium: "high", xhigh: "max" });
    case "ollama": {
      const word = threeLevels(effort);
      return word === undefined ? {} : { reasoning: { effort: word } };
    }
    case "groq":
    case "sambanova":
      return plain(threeLevels(effort));
    case "together":
      if (effort === "none") return {};
      return plain(effort, { minimal: "low", ...(name.includes("gpt-oss") ? { xhigh: "high", max: "high" } : {}) });
    case "fireworks":
      return plain(/gpt-oss|minimax-m2/.test(name) ? threeLevels(effort) : effort, { minimal: "low" });
    case "moonshot":
      return plain(effort !== undefined && name.startsWith("kimi-k3") ? "max" : effort);
    case "xai":
      return xaiFields(name, effort);
    default:
      return plain(effort);
  }
}

function plain(effort: string | undefined, words: Readonly<Record<string, string>> = {}): WireBody {
  return effort === undefined ? {} : { reasoning_effort: words[effort] ?? effort };
}

/** Services with low, medium and high alone; without a word they do as they are wont to. */
function threeLevels(effort: string | undefined): string | undefined {
  if (effort === "none") return undefined;
  const words: Readonly<Record<string, string>> = { minimal: "low", xhigh: "high", max: "high" };
  return effort === undefined ? undefined : (words[effort] ?? effort);
}

/** It takes one of the two, and an effort goes first. */
function openRouterFields(effort: string | undefined, tokens: number | undefined): WireBody {
  if (effort !== undefined) return { reasoning: { effort: effort === "max" ? "xhigh" : effort } };
  return tokens === undefined ? {} : { reasoning: { max_tokens: tokens } };
}

/** The first Grok 4 thinks and refuses to be told how much; Grok 3 does not think, but for its mini. */
function xaiFields(name: string, effort: string | undefined): WireBody {
  const isMini = name.startsWith("grok-3-mini");
  if (!isMini && (/^grok-[123]/.test(name) || /^grok-4(?:-\d{4}|-latest)?$/.test(name))) return {};
  if (effort === undefined || effort === "none") return {};
  return plain(effort, { minimal: "low", max: isMini ? "high" : "xhigh", ...(isMini ? { xhigh: "high" } : {}) });
}
