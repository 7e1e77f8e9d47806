/** How a vendor's server is spoken to. */
export type Protocol = "openai" | "anthropic" | "openai-compatible" | "package";

export interface Vendor {
  readonly name: string;
  readonly protocol: Protocol;
  readonly baseUrl?: string;
  /** Environment variables with the key, the first that is set wins. */
  readonly keyVariables: readonly string[];
  readonly baseUrlVariables: readonly string[];
  /** Servers of one's own often want no key. */
  readonly keyOptional?: boolean;
  /** Name of the header for the key, when it is not `authorization: Bearer`. */
  readonly keyHeader?: string;
  /** `strict` of every tool, where Inspect sends it. */
  readonly strictTools?: boolean;
  /** For `package`: what to import, and what to install so that it fits the model specification used here. */
  readonly package?: { readonly name: string; readonly create: string; readonly install: string };
}

const COMPATIBLE: ReadonlyArray<readonly [name: string, baseUrl: string | undefined, keyVariables: readonly string[]]> =
  [
    ["cloudflare", undefined, ["CLOUDFLARE_API_KEY", "CLOUDFLARE_API_TOKEN"]],
    ["deepseek", "https://api.deepseek.com/v1", ["DEEPSEEK_API_KEY"]],
    ["fireworks", "https://api.fireworks.ai/inference/v1", ["FIREWORKS_API_KEY"]],
    [
      "google",
      "https://generativelanguage.googleapis.com/v1beta/openai",
      ["GOOGLE_API_KEY", "GEMINI_API_KEY", "GOOGLE_GENERATIVE_AI_API_KEY"],
    ],
    ["groq", "https://api.groq.com/openai/v1", ["GROQ_API_KEY"]],
    ["hf", "https://router.huggingface.co/v1", ["HF_TOKEN", "HF_API_KEY"]],
    ["mistral", "https://api.mistral.ai/v1", ["MISTRAL_API_KEY"]],
    ["moonshot", "https://api.moonshot.ai/v1", ["MOONSHOT_API_KEY"]],
    ["openrouter", "https://openrouter.ai/api/v1", ["OPENROUTER_API_KEY"]],
    ["perplexity", "https://api.perplexity.ai", ["PERPLEXITY_API_KEY"]],
    ["sambanova", "https://api.sambanova.ai/v1", ["SAMBANOVA_API_KEY"]],
    ["together", "https://api.together.xyz/v1", ["TOGETHER_API_KEY"]],
    ["xai", "https://api.x.ai/v1", ["XAI_API_KEY", "GROK_API_KEY"]],
  ];

/** Servers that one runs oneself. */
const LOCAL: ReadonlyArray<readonly [name: string, baseUrl: string]> = [
  ["ollama", "http://localhost:11434/v1"],
  ["vllm", "http://localhost:8000/v1"],
  ["sglang", "http://localhost:30000/v1"],
  ["llama-cpp", "http://localhost:8080/v1"],
];

/** Services that Inspect speaks to with clients of their own, which do not send `strict`. */
const OWN_CLIENTS = new Set(["google", "groq", "mistral", "xai"]);

export const VENDORS: readonly Vendor[] = [
  {
    name: "openai",
    protocol: "openai",
    baseUrl: "https://api.openai.com/v1",
    keyVariables: ["OPENAI_API_KEY"],
    baseUrlVariables: ["OPENAI_BASE_URL"],
  },
  {
    name: "anthropic",
    protocol: "anthropic",
    baseUrl: "https://api.anthropic.com/v1",
    keyVariables: ["ANTHROPIC_API_KEY"],
    baseUrlVariables: ["ANTHROPIC_BASE_URL"],
  },
  {
    name: "azure",
    protocol: "openai",
    keyVariables: ["AZURE_OPENAI_API_KEY", "AZUREAI_OPENAI_API_KEY", "AZURE_API_KEY"],
    baseUrlVariables: ["AZURE_OPENAI_BASE_URL", "AZUREAI_OPENAI_BASE_URL", "AZURE_OPENAI_ENDPOINT"],
    keyHeader: "api-key",
  },
  ...COMPATIBLE.map(([name, baseUrl, keyVariables]) => compatible(name, { baseUrl, keyVariables })),
  ...LOCAL.map(([name, baseUrl]) => compatible(name, { baseUrl, keyOptional: true })),
  packaged("bedrock", "@ai-sdk/amazon-bedrock", "createAmazonBedrock", "4"),
  packaged("vertex", "@ai-sdk/google-vertex", "createVertex", "4"),
  packaged("cohere", "@ai-sdk/cohere", "createCohere", "3"),
];

const ALIASES: Readonly<Record<string, string>> = {
  azureai: "azure",
  grok: "xai",
  gemini: "google",
  togetherai: "together",
  "fireworks-ai": "fireworks",
  huggingface: "hf",
  "amazon-bedrock": "bedrock",
  "google-vertex": "vertex",
};

/** The vendor of a name or of one of its other names. */
export function findVendor(name: string): Vendor | undefined {
  const wanted = name.toLowerCase();
  return VENDORS.find((vendor) => vendor.name === (ALIASES[wanted] ?? wanted));
}

/** Every name that a model string may begin with, besides mock, replay and openai-api. */
export function vendorNames(): string[] {
  return [...VENDORS.map((vendor) => vendor.name), ...Object.keys(ALIASES)];
}

/** A vendor nobody here has heard of, whose server is OpenAI-compatible: `openai-api/<name>/<model>`. */
export function unlistedVendor(name: string): Vendor {
  return compatible(name, { keyOptional: true });
}

function compatible(name: string, own: Partial<Vendor>): Vendor {
  const prefix = name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, "_");
  const keyVariables = [`${prefix}_API_KEY`];
  return {
    name,
    protocol: "openai-compatible",
    keyVariables,
    baseUrlVariables: [`${prefix}_BASE_URL`],
    // Some servers want it (Hugging Face's do), and the schemas here all are.
    strictTools: OWN_CLIENTS.has(name) ? undefined : true,
    ...own,
  };
}

function packaged(name: string, packageName: string, create: string, major: string): Vendor {
  return {
    name,
    protocol: "package",
    keyVariables: [],
    baseUrlVariables: [],
    keyOptional: true,
    package: { name: packageName, create, install: `${packageName}@${major}` },
  };
}
