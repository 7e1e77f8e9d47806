import { resolve as resolvePath } from "node:path";
import type { LanguageModelV3 } from "@ai-sdk/provider";
import { type GenerationOptions, nearestNames, type Semaphore } from "@mlebench/base";
import { MissingApiKeyError, MissingBaseUrlError, ModelOptionsError, UnknownModelProviderError } from "./errors.js";
import { withGenerationOptions } from "./generation-options.js";
import { loadMockScript } from "./mock/load-mock-script.js";
import { mockModel } from "./mock/mock-model.js";
import { parseModelArgs } from "./model-args.js";
import type { ModelIdentity } from "./model-identity.js";
import { noModel } from "./no-model.js";
import { findPrice, type Prices } from "./prices.js";
import { createModel } from "./providers/create-model.js";
import { findVendor, unlistedVendor, type Vendor, vendorNames } from "./providers/vendors.js";
import { recordModel } from "./replay/record-model.js";
import { replayModel } from "./replay/replay-model.js";
import { type RetryContext, type RetryOptions, withRetries } from "./retry.js";
import { scrubber } from "./scrubber.js";
import { sharedConnectionPool } from "./shared-connection-pool.js";

/** What {@link resolveModel} takes. */
export interface ResolveModelOptions extends RetryOptions {
  /** Address of the server, instead of the vendor's or the environment's. */
  readonly baseUrl?: string;
  /** Instead of the environment's. */
  readonly apiKey?: string;
  /** Arguments of the model: responses_api, strict_tools, stream, organization, project, headers, query_params. */
  readonly args?: Readonly<Record<string, unknown>>;
  readonly generation?: GenerationOptions;
  /** Calls at a time, shared by everything in this process that uses the model at this address. @default no limit */
  readonly maxConnections?: number;
  /** One's own prices, before the list's. */
  readonly prices?: Prices;
  /** Write every answer to this folder, for `replay/<folder>`. */
  readonly record?: string;
  /** @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What relative paths of `mock/` and `replay/` are relative to. @default process.cwd() */
  readonly cwd?: string;
  /** Parts of the retries that tests replace. */
  readonly timing?: Pick<RetryContext, "random" | "sleep" | "now">;
  /** Imports a provider package by name. @default import() */
  readonly importPackage?: (name: string) => Promise<unknown>;
}

/** A model that is ready to be called. */
export interface ResolvedModel extends ModelIdentity {
  readonly languageModel: LanguageModelV3;
  readonly baseUrl?: string;
}

/**
 * Turns a model string into an AI SDK model with retries, a connection limit and generation options.
 * @param model `provider/model`, `openai-api/<vendor>/<model>`, `mock/<name or file>`, `replay/<folder>` or `none`.
 * @throws ModelError: unknown provider, no key, no address, missing package, wrong argument.
 */
export async function resolveModel(model: string, options: ResolveModelOptions = {}): Promise<ResolvedModel> {
  const { vendor, ...target } = findTarget(model);
  const price = findPrice(target.id, options.prices);
  const resolved = vendor ? await resolveRemote(target, vendor, options) : await resolveLocal(target, options);
  return { ...target, ...resolved, price };
}

/** Providers without a server: scripts, recordings, and none at all for solvers that bring a model of their own. */
const LOCAL: ReadonlySet<string> = new Set(["mock", "replay", "none"]);

function splitModel(model: string): { provider: string; name: string } {
  if (model === "none") return { provider: "none", name: "none" };
  const slash = model.indexOf("/");
  if (slash > 0 && slash < model.length - 1) {
    return { provider: model.slice(0, slash).toLowerCase(), name: model.slice(slash + 1) };
  }
  throw new ModelOptionsError(
    `"${model}" is not a model string.`,
    "Write provider/model, for example openai/gpt-5, anthropic/claude-sonnet-4-5 or mock/default.",
  );
}

async function resolveLocal({ id, provider, name }: ModelIdentity, options: ResolveModelOptions) {
  if (provider === "none") return { languageModel: noModel(name) };
  const cwd = options.cwd ?? process.cwd();
  const inner =
    provider === "mock"
      ? mockModel(name, await loadMockScript(name, cwd))
      : await replayModel({ directory: resolvePath(cwd, name) });
  const retried = withRetries(inner, options, {
    modelId: id,
    keyVariables: [],
    scrub: scrubber([]),
    pool: poolOf(id, options),
    ...options.timing,
  });
  const languageModel = withGenerationOptions(recorded(retried, options), options.generation ?? {});
  return { languageModel };
}

async function resolveRemote({ id, name }: ModelIdentity, vendor: Vendor, options: ResolveModelOptions) {
  const env = options.env ?? process.env;
  const apiKey = options.apiKey ?? firstSet(env, vendor.keyVariables);
  if (apiKey === undefined && vendor.keyOptional !== true) throw new MissingApiKeyError(id, vendor.keyVariables);
  const baseUrl = options.baseUrl ?? firstSet(env, vendor.baseUrlVariables) ?? vendor.baseUrl;
  if (baseUrl === undefined && vendor.protocol !== "package") {
    throw new MissingBaseUrlError(id, vendor.baseUrlVariables);
  }
  if (baseUrl !== undefined) checkUrl(id, baseUrl);

  const rawArgs = options.args ?? {};
  const args = vendor.protocol === "package" ? {} : parseModelArgs(id, rawArgs);
  const generation = options.generation ?? {};
  const { importPackage } = options;
  const inner = await createModel({ vendor, name, id, baseUrl, apiKey, args, rawArgs, generation, env, importPackage });

  const headerValues = [args.headers ?? {}, generation.headers ?? {}].flatMap((headers) => Object.values(headers));
  const retried = withRetries(inner, options, {
    modelId: id,
    keyVariables: options.apiKey === undefined ? vendor.keyVariables : [],
    scrub: scrubber([apiKey, ...headerValues, ...userInfoOf(baseUrl)]),
    pool: poolOf(`${id} ${baseUrl}`, options),
    ...options.timing,
  });
  const languageModel = withGenerationOptions(recorded(retried, options), generation);
  return { languageModel, baseUrl };
}

function poolOf(key: string, { maxConnections }: ResolveModelOptions): Semaphore | undefined {
  return maxConnections === undefined ? undefined : sharedConnectionPool(key, maxConnections);
}

/** What a model string means, and the vendor it is reached at unless it runs here. */
export function findTarget(model: string): ModelIdentity & { readonly vendor?: Vendor } {
  const { provider, name } = splitModel(model);
  if (LOCAL.has(provider)) return { id: `${provider}/${name}`, provider, name };
  if (provider === "openai-api") {
    const service = splitModel(name);
    return {
      ...service,
      id: `openai-api/${service.provider}/${service.name}`,
      vendor: unlistedVendor(service.provider),
    };
  }
  // Inspect's way to say that a model of a vendor is reached at Azure or Bedrock.
  const elsewhere = /^(azure|bedrock)\/(.+)$/.exec(name);
  const vendor = findVendor(elsewhere?.[1] ?? provider);
  if (vendor === undefined) {
    const known = [...vendorNames(), "openai-api", ...LOCAL];
    throw new UnknownModelProviderError(model, provider, nearestNames(provider, known), [...new Set(known)].sort());
  }
  const rest = elsewhere?.[2] ?? name;
  return { id: `${vendor.name}/${rest}`, provider: vendor.name, name: rest, vendor };
}

function recorded(model: LanguageModelV3, options: ResolveModelOptions): LanguageModelV3 {
  if (options.record === undefined) return model;
  return recordModel(model, { directory: resolvePath(options.cwd ?? process.cwd(), options.record) });
}

function firstSet(env: Readonly<Record<string, string | undefined>>, names: readonly string[]): string | undefined {
  return names.map((name) => env[name]?.trim()).find((value) => value !== undefined && value !== "");
}

/** Parts of an address that no message may repeat. */
function userInfoOf(url: string | undefined): string[] {
  if (url === undefined) return [];
  const { username, password } = new URL(url);
  const secret = password === "" ? username : password;
  return secret === "" ? [] : [secret, decodeURIComponent(secret)];
}

function checkUrl(model: string, url: string): void {
  if (URL.canParse(url) && /^https?:/.test(url)) return;
  throw new ModelOptionsError(
    `The base URL of ${model} is not an http address.`,
    "Write it like http://localhost:8000/v1.",
  );
}
