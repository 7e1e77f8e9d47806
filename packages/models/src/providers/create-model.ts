import type { LanguageModelV3 } from "@ai-sdk/provider";
import { type GenerationOptions, withoutUndefined } from "@mlebench/base";
import { withStreaming } from "../collect-stream.js";
import { MissingProviderPackageError, ModelOptionsError } from "../errors.js";
import type { ModelArgs } from "../model-args.js";
import { toCamelCase } from "../model-args.js";
import { anthropicShape } from "./anthropic-shape.js";
import { compatibleShape, openAiChatShape } from "./chat-shape.js";
import { type Fetch, modelFetch } from "./http-fetch.js";
import { openAiModel } from "./openai-names.js";
import type { RequestShape } from "./request-shape.js";
import { responsesShape } from "./responses-shape.js";
import { shapedModel } from "./shaped-model.js";
import type { Vendor } from "./vendors.js";
import { isNotHere, isSummaryRefused, withFallback } from "./with-fallback.js";

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
  readonly generation: GenerationOptions;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Imports a package by name. @default import() */
  readonly importPackage?: (name: string) => Promise<unknown>;
}

/** The AI SDK's model of a vendor, with requests as Inspect's. Its provider package is only loaded here. */
export async function createModel(options: CreateModelOptions): Promise<LanguageModelV3> {
  switch (options.vendor.protocol) {
    case "openai":
      return createOpenAiModel(options);
    case "anthropic":
      return shaped(anthropicShape(options.name, options.generation), options, createAnthropicModel);
    case "openai-compatible":
      return shaped(
        compatibleShape(options.vendor, options.name, options.generation, options.args.strictTools),
        options,
        createCompatibleModel,
      );
    case "package":
      return shaped({}, options, createPackagedModel);
  }
}

type MakeModel = (options: CreateModelOptions, fetch: Fetch) => Promise<LanguageModelV3>;

/** A model whose requests have a shape and which streams where that is wanted. */
async function shaped(shape: RequestShape, options: CreateModelOptions, make: MakeModel): Promise<LanguageModelV3> {
  const { args, vendor, env, generation } = options;
  const body = { ...shape.body, ...generation.extraBody };
  const fetch = modelFetch({
    env,
    revise: shape.revise,
    extraBody: Object.keys(body).length === 0 ? undefined : body,
  });
  const model = await make(options, fetch);
  const stream = args.stream ?? vendor.protocol === "anthropic";
  return shapedModel(stream ? withStreaming(model) : model, shape);
}

/** Thinking models are spoken to by responses, which alone keep their thinking; servers without it have the other. */
async function createOpenAiModel(options: CreateModelOptions): Promise<LanguageModelV3> {
  const { name, generation, args, id } = options;
  const { createOpenAI } = await import("@ai-sdk/openai");
  const provider = (fetch: Fetch) => createOpenAI(openAiSettings(options, fetch));
  const chat = () => shaped(openAiChatShape(name, generation), options, async (_, fetch) => provider(fetch).chat(name));
  if (!(args.responsesApi ?? openAiModel(name).prefersResponses)) return chat();
  const responses = (wanted: GenerationOptions) =>
    shaped(responsesShape(name, wanted), options, async (_, fetch) => provider(fetch).responses(name));
  const summarised = withFallback(
    await responses(generation),
    await responses({ ...generation, reasoningSummary: "none" }),
    { applies: isSummaryRefused, message: `${id} gives this account no summaries of its thinking.` },
  );
  // Whoever asked for responses by name is told that they are not there.
  if (args.responsesApi === true) return summarised;
  return withFallback(summarised, await chat(), {
    applies: isNotHere,
    message: `The server of ${id} has no responses protocol: chat completions are used, which do not keep its thinking.`,
  });
}

function openAiSettings({ vendor, baseUrl, apiKey, args }: CreateModelOptions, fetch: Fetch) {
  return {
    fetch,
    apiKey: apiKey ?? "",
    // Azure's resource address alone is enough; its OpenAI-style interface lives below it.
    baseURL: baseUrl !== undefined && vendor.name === "azure" ? withDefaultPath(baseUrl, "/openai/v1") : baseUrl,
    headers: { ...args.headers, ...(vendor.keyHeader === undefined ? {} : { [vendor.keyHeader]: apiKey ?? "" }) },
    organization: args.organization,
    project: args.project,
  };
}

async function createAnthropicModel({ name, baseUrl, apiKey, args }: CreateModelOptions, fetch: Fetch) {
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

async function createCompatibleModel({ vendor, name, baseUrl, apiKey, args }: CreateModelOptions, fetch: Fetch) {
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

async function createPackagedModel(options: CreateModelOptions, fetch: Fetch): Promise<LanguageModelV3> {
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
    fetch,
    ...withoutUndefined({ apiKey, baseURL: baseUrl }),
  });
  if (typeof provider !== "function") {
    throw new ModelOptionsError(`${wanted.name} made no provider.`, `Install ${wanted.install}.`);
  }
  return provider(name) as LanguageModelV3;
}
