import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import type { LanguageModelV3CallOptions } from "@ai-sdk/provider";
import { describe, expect, it } from "vitest";
import { ModelError, type ResolveModelOptions, resolveModel, vendorNames } from "./index.js";
import { findVendor } from "./providers/vendors.js";
import { startAnthropicServer, startOpenAiServer } from "./testing/index.js";

const REQUEST: LanguageModelV3CallOptions = { prompt: [{ role: "user", content: [{ type: "text", text: "Hi." }] }] };

async function refusal(model: string, options: ResolveModelOptions = {}) {
  const error = await resolveModel(model, { env: {}, ...options }).catch((reason: unknown) => reason);
  if (!ModelError.is(error)) throw new Error("It was not refused.");
  return { code: error.code, kind: error.kind, message: error.message, hint: error.hint };
}

describe("a model string", () => {
  it.each(["", "gpt-5", "/x", "openai/"])("like %j is refused with an example", async (model) => {
    const error = await refusal(model);
    expect(error.code).toBe("MODEL_OPTIONS");
    expect(error.hint).toContain("openai/gpt-5");
  });

  it("with a misspelt provider is refused with the nearest names", async () => {
    expect(await refusal("opnai/gpt-5")).toMatchObject({
      code: "MODEL_UNKNOWN_PROVIDER",
      kind: "usage",
      hint: expect.stringMatching(/^Did you mean openai/),
    });
    expect((await refusal("antropic/claude")).hint).toContain("Did you mean anthropic?");
  });

  it.each([
    ["openai/gpt-5", "OPENAI_API_KEY"],
    ["anthropic/claude-sonnet-4-5", "ANTHROPIC_API_KEY"],
    ["google/gemini-2.5-pro", "GOOGLE_API_KEY or GEMINI_API_KEY"],
    ["grok/grok-4", "XAI_API_KEY"],
    ["openai/azure/gpt-5", "AZURE_OPENAI_API_KEY"],
    ["together/meta-llama/Llama-4", "TOGETHER_API_KEY"],
    ["openrouter/anthropic/claude-sonnet-4.5", "OPENROUTER_API_KEY"],
  ])("%s without a key names %s", async (model, variables) => {
    expect(await refusal(model)).toMatchObject({
      code: "MODEL_NO_API_KEY",
      kind: "failure",
      hint: expect.stringContaining(variables),
    });
  });

  it("of a server that is not known asks for its address", async () => {
    expect(await refusal("openai-api/my-lab/model-1")).toMatchObject({
      code: "MODEL_NO_BASE_URL",
      hint: expect.stringContaining("MY_LAB_BASE_URL"),
    });
    expect((await refusal("azure/gpt-5", { apiKey: "k" })).hint).toContain("AZURE_OPENAI_BASE_URL");
  });

  it("whose package is missing says what to install", async () => {
    const importPackage = () => Promise.reject(new Error("Cannot find package"));
    expect(await refusal("bedrock/amazon.nova-pro", { importPackage })).toMatchObject({
      code: "MODEL_MISSING_PACKAGE",
      hint: expect.stringContaining("npm install @ai-sdk/amazon-bedrock@4"),
    });
  });

  it("loads the package of its provider when it is there, with the arguments given", async () => {
    const given: unknown[] = [];
    const importPackage = async () => ({
      createAmazonBedrock: (settings: unknown) => {
        given.push(settings);
        return (name: string) => ({ specificationVersion: "v3", provider: "amazon-bedrock", modelId: name });
      },
    });
    const { id, languageModel } = await resolveModel("bedrock/nova", {
      env: {},
      importPackage,
      args: { region: "eu-west-1" },
    });
    expect(id).toBe("bedrock/nova");
    expect(languageModel.modelId).toBe("nova");
    expect(given[0]).toMatchObject({ region: "eu-west-1" });
  });

  it.each(vendorNames())("of %s resolves with a key and an address", async (name) => {
    if (findVendor(name)?.protocol === "package") return;
    const baseUrl = "http://127.0.0.1:9/v1";
    const resolved = await resolveModel(`${name}/some/model`, { env: {}, apiKey: "k", baseUrl });
    expect(resolved).toMatchObject({ id: `${findVendor(name)?.name}/some/model`, name: "some/model", baseUrl });
  });
});

describe("arguments", () => {
  it("that do not exist are refused with the nearest name", async () => {
    const options = { apiKey: "k", args: { response_api: true } };
    expect(await refusal("openai/gpt-5", options)).toMatchObject({
      code: "MODEL_OPTIONS",
      kind: "usage",
      hint: expect.stringContaining("responsesApi"),
    });
    expect((await refusal("openai/gpt-5", { apiKey: "k", args: { stream: "yes" } })).code).toBe("MODEL_OPTIONS");
  });

  it("decide between the two protocols of OpenAI; thinking models use responses at any address", async () => {
    const protocol = async (model: string, options: ResolveModelOptions) =>
      (await resolveModel(model, { env: {}, apiKey: "k", ...options })).languageModel.provider;
    expect(await protocol("openai/gpt-5", {})).toBe("openai.responses");
    expect(await protocol("openai/gpt-4.1", {})).toBe("openai.chat");
    expect(await protocol("openai/gpt-5", { baseUrl: "http://localhost:1/v1" })).toBe("openai.responses");
    expect(await protocol("openai/gpt-5", { args: { responses_api: false } })).toBe("openai.chat");
    expect(await protocol("azure/my-o3", { baseUrl: "http://localhost:1" })).toBe("openai.responses");
    expect(await protocol("azure/my-gpt-35-turbo", { baseUrl: "http://localhost:1" })).toBe("openai.chat");
    expect(await protocol("openai/gpt-4.1", { args: { responses_api: true } })).toBe("openai.responses");
  });
});

describe("the environment", () => {
  it("gives key and address, and is given way to by options", async () => {
    await using one = await startOpenAiServer({ replies: [{ text: "one" }], apiKey: "key-one" });
    await using two = await startOpenAiServer({ replies: [{ text: "two" }], apiKey: "key-two" });
    const env = { OPENAI_API_KEY: "key-one", OPENAI_BASE_URL: one.url };
    const first = await resolveModel("openai/gpt-4.1", { env });
    expect((await first.languageModel.doGenerate(REQUEST)).content).toMatchObject([{ text: "one" }]);
    const second = await resolveModel("openai/gpt-4.1", { env, baseUrl: two.url, apiKey: "key-two" });
    expect((await second.languageModel.doGenerate(REQUEST)).content).toMatchObject([{ text: "two" }]);
  });

  it("may give Anthropic's address with or without the version", async () => {
    await using server = await startAnthropicServer({ replies: [{ text: "a" }, { text: "b" }] });
    for (const url of [server.url, server.url.replace(/\/v1$/, "")]) {
      const { languageModel } = await resolveModel("anthropic/claude", {
        env: { ANTHROPIC_API_KEY: "k", ANTHROPIC_BASE_URL: url },
      });
      await languageModel.doGenerate(REQUEST);
    }
    expect(server.requests.map((request) => request.path)).toEqual(["/v1/messages", "/v1/messages"]);
  });

  it("gives Azure's resource address, below which the interface lives", async () => {
    await using server = await startOpenAiServer({ replies: [{ text: "hi" }] });
    const env = { AZURE_OPENAI_API_KEY: "azure-key", AZURE_OPENAI_BASE_URL: server.url.replace(/\/v1$/, "") };
    const { languageModel } = await resolveModel("azure/deployment", { env });
    await languageModel.doGenerate(REQUEST);
    expect(server.requests[0]?.path).toBe("/openai/v1/chat/completions");
    expect(server.requests[0]?.headers["api-key"]).toBe("azure-key");
  });
});

describe("generation options", () => {
  const generation = {
    temperature: 0.5,
    topP: 0.9,
    maxTokens: 777,
    seed: 42,
    stopSequences: ["END"],
    frequencyPenalty: 0.1,
    presencePenalty: 0.2,
    parallelToolCalls: false,
    extraBody: { service_tier: "flex" },
  };
  const tools: LanguageModelV3CallOptions["tools"] = [
    { type: "function", name: "bash", inputSchema: { type: "object", properties: {} } },
  ];

  async function openAiBody(
    model: string,
    options: ResolveModelOptions,
    call: Partial<LanguageModelV3CallOptions> = {},
  ) {
    await using server = await startOpenAiServer({ replies: [{ text: "hi" }] });
    const { languageModel } = await resolveModel(model, { env: {}, apiKey: "k", baseUrl: server.url, ...options });
    await languageModel.doGenerate({ ...REQUEST, tools, ...call });
    return server.requests[0]!.body;
  }

  it("reach OpenAI's chat completions", async () => {
    expect(await openAiBody("openai/gpt-4.1", { generation })).toMatchObject({
      model: "gpt-4.1",
      temperature: 0.5,
      top_p: 0.9,
      max_tokens: 777,
      seed: 42,
      stop: ["END"],
      frequency_penalty: 0.1,
      presence_penalty: 0.2,
      parallel_tool_calls: false,
      service_tier: "flex",
    });
    const effort = await openAiBody("openai/gpt-5", {
      args: { responses_api: false },
      generation: { reasoningEffort: "high", maxTokens: 9 },
    });
    expect(effort).not.toHaveProperty("store");
    expect(effort).toMatchObject({ reasoning_effort: "high", max_completion_tokens: 9 });
  });

  it("reach OpenAI's responses, where nothing is kept on the server", async () => {
    const body = await openAiBody("openai/gpt-5", {
      args: { responses_api: true },
      generation: { reasoningEffort: "low", maxTokens: 9, parallelToolCalls: false },
    });
    expect(body).toMatchObject({
      reasoning: { effort: "low" },
      max_output_tokens: 9,
      parallel_tool_calls: false,
      store: false,
      include: ["reasoning.encrypted_content"],
    });
  });

  it("reach compatible servers, under the names that each one has", async () => {
    const all = { ...generation, topK: 40, reasoningEffort: "low" };
    expect(await openAiBody("vllm/model", { generation: all })).toMatchObject({
      temperature: 0.5,
      max_tokens: 777,
      seed: 42,
      top_k: 40,
      reasoning_effort: "low",
      parallel_tool_calls: false,
    });
    const mistral = await openAiBody("mistral/large", { generation: all });
    expect(mistral).toMatchObject({ random_seed: 42 });
    expect(mistral).not.toHaveProperty("seed");
    const openrouter = await openAiBody("openrouter/a/b", { generation: { reasoningTokens: 2000 } });
    expect(openrouter).toMatchObject({ reasoning: { max_tokens: 2000 } });
  });

  it("reach Anthropic", async () => {
    await using server = await startAnthropicServer({ replies: [{ text: "hi" }] });
    const { languageModel } = await resolveModel("anthropic/claude-sonnet-4-5", {
      env: {},
      apiKey: "k",
      baseUrl: server.url,
      generation: { reasoningTokens: 2048, maxTokens: 4000, parallelToolCalls: false, stopSequences: ["END"] },
    });
    await languageModel.doGenerate({ ...REQUEST, tools });
    expect(server.requests[0]?.body).toMatchObject({
      thinking: { type: "enabled", budget_tokens: 2048 },
      stop_sequences: ["END"],
      tool_choice: { type: "auto", disable_parallel_tool_use: true },
    });
  });

  it("give way to those of a call", async () => {
    const body = await openAiBody(
      "openai/gpt-4.1",
      { generation },
      { temperature: 0, providerOptions: { openai: { user: "me" } } },
    );
    expect(body).toMatchObject({ temperature: 0, user: "me", top_p: 0.9, parallel_tool_calls: false });
  });
});

describe("options that a model does not take", () => {
  const everything = {
    temperature: 0.5,
    topP: 0.9,
    topK: 40,
    maxTokens: 3000,
    seed: 4,
    stopSequences: ["END"],
    frequencyPenalty: 0.1,
    presencePenalty: 0.2,
    reasoningEffort: "low",
    parallelToolCalls: false,
  };
  const tools: LanguageModelV3CallOptions["tools"] = [
    { type: "function", name: "bash", inputSchema: { type: "object", properties: {} } },
  ];

  it.each([
    ["openai/gpt-5", ["temperature", "topP", "topK", "seed", "stopSequences", "frequencyPenalty", "presencePenalty"]],
    [
      "openai/o3",
      [
        "temperature",
        "topP",
        "topK",
        "seed",
        "stopSequences",
        "frequencyPenalty",
        "presencePenalty",
        "parallelToolCalls",
      ],
    ],
    ["openai/gpt-4o", ["topK", "reasoningEffort"]],
    ["anthropic/claude-opus-4-7", ["temperature", "topP", "topK", "seed", "frequencyPenalty", "presencePenalty"]],
    ["vllm/some/model", []],
    ["mistral/large", []],
    ["openrouter/a/b", []],
  ])("are said, and only they: %s", async (model, expected) => {
    const start = model.startsWith("anthropic") ? startAnthropicServer : startOpenAiServer;
    await using server = await start({ replies: [{ text: "hi" }] });
    const options = { env: {}, apiKey: "k", baseUrl: server.url, generation: everything };
    const { languageModel } = await resolveModel(model, options);
    const { warnings, request } = await languageModel.doGenerate({ ...REQUEST, tools });
    const unsent = warnings.map((warning) => (warning.type === "unsupported" ? warning.feature : warning));
    expect(unsent.sort()).toEqual([...expected].sort());
    expect(request?.body).toEqual(server.requests[0]?.body);
  });

  it("are none where leaving them out does what was asked", async () => {
    await using server = await startAnthropicServer({ replies: [{ text: "hi" }] });
    const generation = { reasoningEffort: "none", parallelToolCalls: true, reasoningSummary: "none" };
    const options = { env: {}, apiKey: "k", baseUrl: server.url, generation };
    const { languageModel } = await resolveModel("anthropic/claude-sonnet-4-5", options);
    expect((await languageModel.doGenerate({ ...REQUEST, tools })).warnings).toEqual([]);
  });

  it("are refused where a number of thinking tokens would be refused by the server", async () => {
    const options = { apiKey: "k", generation: { reasoningTokens: 4096 } };
    expect(await refusal("anthropic/claude-opus-4-7", options)).toMatchObject({
      code: "MODEL_OPTIONS",
      kind: "usage",
      hint: expect.stringContaining("--reasoning-effort"),
    });
  });
});

it.each([
  ["xai/grok-4", "high", undefined],
  ["xai/grok-4-fast", "max", "xhigh"],
  ["xai/grok-3-mini", "xhigh", "high"],
  ["groq/openai/gpt-oss-120b", "minimal", "low"],
  ["groq/openai/gpt-oss-120b", "none", undefined],
  ["vllm/some/model", "minimal", "minimal"],
])("%s with the effort %s is sent %s, and a change is said", async (model, reasoningEffort, sent) => {
  await using server = await startOpenAiServer({ replies: [{ text: "hi" }] });
  const options = { env: {}, apiKey: "k", baseUrl: server.url, generation: { reasoningEffort } };
  const { languageModel } = await resolveModel(model, options);
  const { warnings } = await languageModel.doGenerate(REQUEST);
  expect(server.requests[0]?.body["reasoning_effort"]).toBe(sent);
  const changed = sent !== reasoningEffort && !(sent === undefined && reasoningEffort === "none");
  expect(warnings).toHaveLength(changed ? 1 : 0);
});

describe("what answers instead of a model", () => {
  const call = async (server: { readonly url: string }, args = {}) => {
    const options = { env: {}, apiKey: "k", baseUrl: server.url, args, timing: { sleep: async () => {} } };
    const { languageModel } = await resolveModel("vllm/some/model", options);
    return await Promise.resolve(languageModel.doGenerate(REQUEST)).then(undefined, (error: unknown) => error);
  };

  it.each([{ stream: false }, { stream: true }])("a login page is told at once: %j", async (args) => {
    const page = "<!doctype html><html><head><title>Sign in to Acme</title></head><body></body></html>";
    await using server = await startOpenAiServer({ replies: () => ({ page }) });
    expect(await call(server, args)).toMatchObject({
      code: "MODEL_NOT_A_SERVER",
      message: expect.stringContaining('a web page titled "Sign in to Acme" (status 200)'),
    });
    expect(server.requests).toHaveLength(1);
  });

  it("JSON that calls itself a page is an answer all the same", async () => {
    await using server = await startOpenAiServer({
      replies: [{ text: "hi", headers: { "content-type": "text/html" } }],
    });
    expect(await call(server)).toMatchObject({ content: [{ text: "hi" }] });
  });

  it.each([{ stream: false }, { stream: true }])(
    "an answer without end is given up with its size: %j",
    async (args) => {
      await using server = await startOpenAiServer({ replies: () => ({ text: "hi", endlessBytes: 4e9 }) });
      expect(await call(server, args)).toMatchObject({
        code: "MODEL_ANSWER_TOO_LARGE",
        message: expect.stringContaining("larger than 64 MiB"),
      });
      expect(server.requests).toHaveLength(1);
    },
    60_000,
  );
});

describe("connections", () => {
  it("are limited per model and address, shared by all who resolve it", async () => {
    let open = 0;
    let most = 0;
    await using server = await startOpenAiServer({
      async replies() {
        open += 1;
        most = Math.max(most, open);
        await new Promise((resolve) => setTimeout(resolve, 20));
        open -= 1;
        return { text: "hi" };
      },
    });
    const options = { env: {}, apiKey: "k", baseUrl: server.url, maxConnections: 2 };
    const models = await Promise.all(Array.from({ length: 6 }, () => resolveModel("openai/gpt-4.1", options)));
    await Promise.all(models.map(({ languageModel }) => languageModel.doGenerate(REQUEST)));
    expect(most).toBe(2);
    expect(server.requests).toHaveLength(6);
  });
});

describe("recording and replaying", () => {
  it("gives the same answers without a server, and refuses what was not recorded", async () => {
    const directory = await mkdtemp(join(tmpdir(), "mlebench-replay-"));
    const reply = { text: "hi", toolCalls: [{ name: "bash", arguments: { command: "ls" } }] };
    let recorded: unknown;
    {
      await using server = await startOpenAiServer({ replies: [reply, { text: "again" }], apiKey: "k-secret-1" });
      const { languageModel } = await resolveModel("openai/gpt-4.1", {
        env: { OPENAI_API_KEY: "k-secret-1" },
        baseUrl: server.url,
        record: directory,
        generation: { temperature: 0 },
      });
      recorded = (await languageModel.doGenerate(REQUEST)).content;
      await languageModel.doGenerate(REQUEST);
    }
    const generation = { temperature: 0 };
    const { languageModel } = await resolveModel(`replay/${directory}`, { env: {}, generation });
    expect(languageModel).toMatchObject({ provider: "openai.chat", modelId: "gpt-4.1" });
    expect((await languageModel.doGenerate({ ...REQUEST, headers: { x: "1" } })).content).toEqual(recorded);
    expect((await languageModel.doGenerate(REQUEST)).content).toMatchObject([{ text: "again" }]);

    const other: LanguageModelV3CallOptions = { prompt: [{ role: "user", content: [{ type: "text", text: "Bye." }] }] };
    await expect(languageModel.doGenerate(other)).rejects.toMatchObject({
      code: "MODEL_REPLAY_MISMATCH",
      message: expect.stringMatching(/message 1 of 1.*Bye\./),
    });
    const hotter = await resolveModel(`replay/${directory}`, { env: {}, generation: { temperature: 1 } });
    await expect(hotter.languageModel.doGenerate(REQUEST)).rejects.toMatchObject({
      message: expect.stringContaining("other tools or options"),
    });
  });

  it("refuses a folder without recordings", async () => {
    const directory = await mkdtemp(join(tmpdir(), "mlebench-replay-"));
    expect(await refusal(`replay/${directory}`)).toMatchObject({ code: "MODEL_OPTIONS" });
    await writeFile(join(directory, "model.json"), "no json");
    expect(await refusal(`replay/${directory}`)).toMatchObject({ code: "MODEL_OPTIONS" });
  });
});

describe("a base URL with a user and password", () => {
  const withUser = (url: string) => url.replace("://", "://me:pass%20word-0123@");

  it("sends them as a Basic header when there is no key", async () => {
    await using server = await startOpenAiServer({ replies: [{ text: "hi" }] });
    const { languageModel } = await resolveModel("vllm/some/model", { env: {}, baseUrl: withUser(server.url) });
    await languageModel.doGenerate(REQUEST);
    const basic = Buffer.from("me:pass word-0123").toString("base64");
    expect(server.requests[0]?.headers.authorization).toBe(`Basic ${basic}`);
  });

  it("lets a key go first, and never repeats them", async () => {
    await using server = await startOpenAiServer({ replies: [{ status: 400, message: "no pass word-0123" }] });
    const baseUrl = withUser(server.url);
    const { languageModel } = await resolveModel("openai/gpt-4.1", { env: {}, apiKey: "k-1", baseUrl });
    const error: unknown = await languageModel.doGenerate(REQUEST).then(undefined, (reason: unknown) => reason);
    expect(server.requests[0]?.headers.authorization).toBe("Bearer k-1");
    expect(inspect(error, { depth: 9 })).not.toMatch(/pass(?:%20| )word/);
  });
});

describe("a cancelled call", () => {
  it("ends at once, in an attempt as in a wait, with the caller's reason", async () => {
    await using server = await startOpenAiServer({
      replies: [{ delaySeconds: 3600 }, { status: 429, message: "later", headers: { "retry-after": "1800" } }],
    });
    const { languageModel } = await resolveModel("openai/gpt-4.1", { env: {}, apiKey: "k", baseUrl: server.url });
    for (const _ of ["in an attempt", "in a wait"]) {
      const controller = new AbortController();
      setTimeout(() => controller.abort(new Error("stop")), 50);
      // Neither the reply nor the wait would be over before the test gives up.
      await expect(languageModel.doGenerate({ ...REQUEST, abortSignal: controller.signal })).rejects.toThrow("stop");
    }
  });
});
