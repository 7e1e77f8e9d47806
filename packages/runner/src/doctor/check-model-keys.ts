import type { Finding } from "./check.js";

/** Variables of the common providers; only whether they are set is looked at. */
const VARIABLES = [
  "OPENAI_API_KEY",
  "ANTHROPIC_API_KEY",
  "GOOGLE_API_KEY",
  "GEMINI_API_KEY",
  "OPENROUTER_API_KEY",
  "AZUREAI_API_KEY",
  "AZURE_API_KEY",
  "AWS_ACCESS_KEY_ID",
  "MISTRAL_API_KEY",
  "XAI_API_KEY",
  "GROK_API_KEY",
  "GROQ_API_KEY",
  "DEEPSEEK_API_KEY",
  "TOGETHER_API_KEY",
  "FIREWORKS_API_KEY",
];

export function checkModelKeys(env: Readonly<Record<string, string | undefined>>): Finding {
  const set = VARIABLES.filter((name) => (env[name] ?? "") !== "");
  if (set.length > 0) return { name: "Model keys", state: "ok", facts: set.join(", ") };
  return {
    name: "Model keys",
    state: "missing",
    facts: "no key of a known provider is set",
    fix: "Set one, for example OPENAI_API_KEY or ANTHROPIC_API_KEY, in the environment or in a .env file. Local servers (ollama, vllm) and mock/ models need none.",
  };
}
