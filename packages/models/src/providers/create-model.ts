import type { LanguageModelV3 } from "@ai-sdk/provider";
import { withoutUndefined } from "@mlebench/base";
import { MissingProviderPackageError, ModelOptionsError } from "../errors.js";
import type { ModelArgs } from "../model-args.js";
import { toCamelCase } from "../model-args.js";
import type { Fetch } from "./http-fetch.js";
import type { Vendor } from "./vendors.js";

interface CreateModelOptions {
  readonly vendor: Vendor;
  /** The model's name at the vendor. */
  readonly name: string;
  /** The whole model string, for messages. */
  readonly id: string;
  readonly baseUrl: string | undefined;
  readonly apiKey: string | undefined;
  readonly args: ModelArgs;
  /** Arguments for a vendor's own package, as given. */
  readonly rawArgs: Readonly<Record<string, unknown>>;
  readonly fetch: Fetch;
  /** Imports a package by name. @default import() */
  readonly importPackage?: (name: string) => Promise<unknown>;
}

/** Models of OpenAI that think, and so are better served by the responses protocol. */
const THINKING_OPENAI_MODEL = /^(?:o\d|gpt-[5-9]|codex)/;
const OPENAI_HOST = "api.openai.com";

/** The AI SDK's model of a vendor. Its provider package is only loaded here. */
export async function createModel(options: CreateModelOptions): Promise<LanguageModelV3> {
  switch (options.vendor.protocol) {
    case "openai":
      return createOpenAiModel(options);
    case "anthropic":
      return createAnthropicModel(options);
    case "openai-compatible":
      return createCompatibleModel(options);
    case "package":
      return createPackagedModel(options);
  }
}

async function createOpenAiModel({ vendor, name, baseUrl, apiKey, args, fetch }: CreateModelOptions) {
  const { createOpenAI } = await import("@ai-sdk/openai");
  const provider = createOpenAI({
    fetch,
    apiKey: apiKey ?? "",
    // Azure's resource address alone is enough; its OpenAI-style interface lives below it.
    baseURL: baseUrl !== undefined && vendor.name === "azure" ? withDefaultPath(baseUrl, "/openai/v1") : baseUrl,
    headers: { ...args.headers, ...(vendor.keyHeader === undefined ? {} : { [vendor.keyHeader]: apiKey ?? "" }) },
    organization: args.organization,
    project: args.project,
  });
  const official = baseUrl === undefined || new URL(baseUrl).hostname === OPENAI_HOST;
  const responses = args.responsesApi ?? (official && THINKING_OPENAI_MODEL.test(name));
  return responses ? provider.responses(name) : provider.chat(name);
}

async function createAnthropicModel({ name, baseUrl, apiKey, args, fetch }: CreateModelOptions) {
  const { createAnthropic } = await import("@ai-sdk/anthropic");
  const provider = createAnthropic({
    fetch,
    apiKey: apiKey ?? "",
    // Anthropic's own tools take the address without the version, the AI SDK with it.
    baseURL: baseUrl === undefined ? undefined : withDefaultPath(baseUrl, "/v1"),
    headers: args.headers,
  });
  return provider(name);
}

function withDefaultPath(baseUrl: string, path: string): string {
  const trimmed = baseUrl.replace(/\/+$/, "");
  return new URL(trimmed).pathname === "/" ? trimmed + path : trimmed;
}

async function createCompatibleModel({ vendor, name, baseUrl, apiKey, args, fetch }: CreateModelOptions) {
  const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
  const provider = createOpenAICompatible({
    name: vendor.name,
    baseURL: baseUrl ?? "",
    fetch,
    includeUsage: true,
    apiKey,
    headers: args.headers,
    queryParams: args.queryParams,
  });
  return provider.chatModel(name);
}

async function createPackagedModel(options: CreateModelOptions): Promise<LanguageModelV3> {
  const { vendor, id, name, rawArgs, apiKey, baseUrl } = options;
  const { package: wanted } = vendor;
  if (wanted === undefined) throw new ModelOptionsError(`${id} has no package.`, "Report this as a mistake.");
  const importPackage = options.importPackage ?? ((specifier: string) => import(specifier));
  let loaded: unknown;
  try {
    loaded = await importPackage(wanted.name);
  } catch (error) {
    throw new MissingProviderPackageError(id, wanted.name, wanted.install, error);
  }
  const create = (loaded as Readonly<Record<string, unknown>>)[wanted.create];
  if (typeof create !== "function") {
    throw new MissingProviderPackageError(id, wanted.name, wanted.install, new Error(`It has no ${wanted.create}.`));
  }
  const settings = Object.fromEntries(Object.entries(rawArgs).map(([key, value]) => [toCamelCase(key), value]));
  const provider: unknown = create({
    ...settings,
    fetch: options.fetch,
    ...withoutUndefined({ apiKey, baseURL: baseUrl }),
  });
  if (typeof provider !== "function") {
    throw new ModelOptionsError(`${wanted.name} made no provider.`, `Install ${wanted.install}.`);
  }
  return provider(name) as LanguageModelV3;
}
