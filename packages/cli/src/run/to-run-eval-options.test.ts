import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunEvalOptions } from "@mlebench/runner";
import { mergeSettings } from "@mlebench/runner/settings";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadEnvFile } from "../options/load-env-file.js";
import { readLayers } from "../options/read-layers.js";
import { makeProgram } from "../program.js";
import { defaultsLayer, toRunEvalOptions } from "./to-run-eval-options.js";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "mlebench-options-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** What `mlebench run ARGS` would give to the runner. */
async function parse(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<RunEvalOptions> {
  const program = makeProgram(env);
  const run = program.commands.find((command) => command.name() === "run")!;
  let made: RunEvalOptions | undefined;
  run.action(async (...words) => {
    const [task] = words as unknown as [string | undefined];
    const layers = [...(await readLayers(run, { env })), defaultsLayer("demo", { model: "mock/default" })];
    made = await toRunEvalOptions(task, mergeSettings(layers));
  });
  const before = { ...process.env };
  // commander reads the values of variables from the process itself.
  Object.assign(process.env, env);
  try {
    await program.parseAsync(["node", "mlebench", "run", ...args]);
  } finally {
    for (const name of Object.keys(env)) if (before[name] === undefined) delete process.env[name];
  }
  return made!;
}

async function file(name: string, text: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, text);
  return path;
}

describe("every option reaches the runner", () => {
  it.each<[string[], object]>([
    [["--reasoning-tokens", "4k"], { generate: { reasoningTokens: 4000 } }],
    [["--reasoning-effort", "high"], { generate: { reasoningEffort: "high" } }],
    [["--parallel-tool-calls"], { generate: { parallelToolCalls: true } }],
    [["--no-parallel-tool-calls"], { generate: { parallelToolCalls: false } }],
    [["--stop-seqs", "END,STOP"], { generate: { stopSequences: ["END", "STOP"] } }],
    [["--temperature", "0.5"], { generate: { temperature: 0.5 } }],
    [["--top-p", "0.9", "--top-k", "40"], { generate: { topP: 0.9, topK: 40 } }],
    [["--max-tokens", "2k", "--seed", "7"], { generate: { maxTokens: 2000, seed: 7 } }],
    [
      ["--frequency-penalty", "-1", "--presence-penalty", "1"],
      { generate: { frequencyPenalty: -1, presencePenalty: 1 } },
    ],
    [["--reasoning-effort", "max"], { generate: { reasoningEffort: "max" } }],
    [
      ["--reasoning-summary", "concise", "--reasoning-history", "last"],
      { generate: { reasoningSummary: "concise", reasoningHistory: "last" } },
    ],
    [["--cache-prompt", "auto"], { generate: { cachePrompt: true } }],
    [["--cache-prompt", "false"], { generate: { cachePrompt: false } }],
    [["--system-message", "Be brief, please."], { generate: { systemMessage: "Be brief, please." } }],
    [["--extra-body", '{"service_tier": "flex"}'], { generate: { extraBody: { service_tier: "flex" } } }],
    [["--extra-headers", "{x-team: red}"], { generate: { headers: { "x-team": "red" } } }],
    [["--tags", "first,second"], { tags: ["first", "second"] }],
    [["--metadata", "owner=ann", "--metadata", "try=2"], { metadata: { owner: "ann", try: 2 } }],
    [["--no-sandbox-cleanup"], { keepSandboxes: true }],
    [["--no-fail-on-error"], { failOnError: false }],
    [["--fail-on-error"], { failOnError: true }],
    [["--fail-on-error", "0.25"], { failOnError: 0.25 }],
    [["--continue-on-fail"], { continueOnFail: true }],
    [["--score-on-error"], { scoreOnError: true }],
    [["--no-score"], { score: false }],
    [["--retry-on-error"], { retryOnError: 1 }],
    [["--retry-on-error", "3"], { retryOnError: 3 }],
    [["--message-limit", "10", "--token-limit", "1m"], { messageLimit: 10, tokenLimit: 1_000_000 }],
    [["--turn-limit", "5", "--cost-limit", "1.5"], { turnLimit: 5, costLimit: 1.5 }],
    [["--time-limit", "2h", "--working-limit", "30m"], { timeLimitSeconds: 7200, workingLimitSeconds: 1800 }],
    [["--limit", "2-5", "--sample-id", "spaceship-*"], { limit: "2-5", sampleIds: ["spaceship-*"] }],
    [["--sample-shuffle", "42"], { shuffleSeed: 42 }],
    [["--max-connections", "3", "--max-retries", "0"], { modelOptions: { maxConnections: 3, maxRetries: 0 } }],
    [["--timeout", "90"], { modelOptions: { timeoutSeconds: 90 } }],
    [["--attempt-timeout", "5m"], { modelOptions: { attemptTimeoutSeconds: 300 } }],
    [["--stop-seqs", "END,The end."], { generate: { stopSequences: ["END", "The end."] } }],
    [["-M", "responses_api=false"], { modelOptions: { args: { responses_api: false } } }],
    [["--model-base-url", "http://localhost:1/v1"], { modelOptions: { baseUrl: "http://localhost:1/v1" } }],
    [["--grading-timeout", "20m"], { gradingTimeoutSeconds: 1200 }],
    [["--validation-timeout", "60"], { validationTimeoutSeconds: 60 }],
    [["--grading-memory", "4096"], { gradingMemoryMiB: 4096 }],
    [["--sandbox", "k8s"], { task: { parameters: { sandboxType: "k8s" } } }],
    [
      ["--sandbox-option", "pod-timeout=30", "--sandbox-option", "namespace=evals"],
      { sandboxOptions: { podTimeout: 30, namespace: "evals" } },
    ],
    [["--assets-dir", "assets", "--obfuscate"], { assetsDir: "assets", obfuscate: true }],
    [["--protocol", "quick"], { protocol: "quick" }],
  ])("%j", async (args, expected) => {
    expect(await parse(args)).toMatchObject(expected);
  });

  it("and says nothing about what was not given", async () => {
    const made = await parse([]);
    expect(made).not.toHaveProperty("failOnError");
    expect(made).not.toHaveProperty("score");
    expect(made.generate).toEqual({});
  });

  it("reads prices from a file, and names what is wrong in it", async () => {
    const path = await file("prices.yaml", "mock/default: { input: 1, output: 2 }\n");
    expect((await parse(["--prices", path])).modelOptions?.prices).toEqual({
      "mock/default": { input: 1, output: 2 },
    });
    await expect(parse(["--prices", await file("wrong.yaml", "mock/default: cheap\n")])).rejects.toThrow("wrong.yaml");
    await expect(parse(["--prices", join(directory, "none.yaml")])).rejects.toThrow("none.yaml");
  });
});

describe("where options come from", () => {
  const inspect = { INSPECT_EVAL_TEMPERATURE: "0.4", INSPECT_EVAL_MAX_MESSAGES: "4", INSPECT_EVAL_TAGS: "four" };
  const own = { MLEBENCH_TEMPERATURE: "0.3", MLEBENCH_MAX_MESSAGES: "3" };

  it("takes a flag before the run config, that before MLEBENCH_, that before INSPECT_EVAL_", async () => {
    const config = await file("run.yaml", "temperature: 0.2\nmax_messages: 2\n");
    const seen = async (args: string[], env: NodeJS.ProcessEnv) => {
      const made = await parse(args, env);
      return [made.generate?.temperature, made.task.parameters.maxMessages];
    };
    const all = { ...own, ...inspect };
    const withConfig = ["--run-config", config];
    expect(await seen([...withConfig, "--temperature", "0.1", "--max-messages", "1"], all)).toEqual([0.1, 1]);
    expect(await seen(withConfig, all)).toEqual([0.2, 2]);
    expect(await seen([], all)).toEqual([0.3, 3]);
    expect(await seen([], inspect)).toEqual([0.4, 4]);
    expect(await seen([], {})).toEqual([undefined, undefined]);
  });

  it("takes .env after the environment and before the default", async () => {
    await file(".env", "MLEBENCH_TEMPERATURE=0.6\nMLEBENCH_MAX_MESSAGES=6\n");
    const env: NodeJS.ProcessEnv = { MLEBENCH_TEMPERATURE: "0.3" };
    await loadEnvFile(directory, env);
    const made = await parse([], env);
    expect([made.generate?.temperature, made.task.parameters.maxMessages]).toEqual([0.3, 6]);
  });

  it("takes -T before --task-config before the run config, and flags before all", async () => {
    const taskConfig = await file("task.yaml", "max_messages: 22\nepochs: 22\ncpu_override: 22\n");
    const runConfig = await file(
      "both.yaml",
      "task_arg: { max_messages: 33, epochs: 33, mem_override: 33 }\nepochs: 44\n",
    );
    const made = await parse(["-T", "max_messages=11", "--task-config", taskConfig, "--run-config", runConfig]);
    expect(made.task.parameters).toMatchObject({
      maxMessages: 11,
      epochs: 22,
      cpuOverride: 22,
      memOverride: 33,
    });
    const configured = await parse(["--run-config", runConfig]);
    expect(configured.task.parameters).toMatchObject({ maxMessages: 33, epochs: 33, memOverride: 33 });
    const flagged = await parse(["--max-messages", "5", "-T", "max_messages=11"]);
    expect(flagged.task.parameters.maxMessages).toBe(5);
  });
});

describe("key=value pairs of several sources", () => {
  it("are put together key by key, each from its strongest source", async () => {
    const runConfig = await file(
      "pairs.yaml",
      `task_arg: { epochs: 2, max_messages: 2 }
model_arg: { b: 2, c: 2 }
metadata: { b: 2, c: 2 }
`,
    );
    const env = {
      INSPECT_EVAL_TASK_ARGS: "epochs=3 max_messages=3 gpu_count=3",
      MLEBENCH_MODEL_ARG: "d=3",
      MLEBENCH_METADATA: "note=three words here",
    };
    const cli = ["-T", "epochs=1", "-M", "a=1", "-M", "b=1", "--metadata", "b=1"];
    const made = await parse([...cli, "--run-config", runConfig], env);
    expect(made.task.parameters).toMatchObject({ epochs: 1, maxMessages: 2, gpuCount: 3 });
    expect(made.modelOptions?.args).toEqual({ a: 1, b: 1, c: 2, d: 3 });
    expect(made.metadata).toEqual({ note: "three words here", b: 1, c: 2 });
  });
});

describe("the run config", () => {
  it("takes lists, mappings, and true and false", async () => {
    const path = await file(
      "kinds.yaml",
      `tags: [a, b]
metadata: { owner: ann, nested: { deep: 1 } }
fail-on-error: false
score: false
parallel_tool_calls: false
sandbox_cleanup: false
compose_overrides: { shm_size: 2gb }
time-limit: 30m
`,
    );
    expect(await parse(["--run-config", path])).toMatchObject({
      tags: ["a", "b"],
      metadata: { owner: "ann", nested: { deep: 1 } },
      failOnError: false,
      score: false,
      generate: { parallelToolCalls: false },
      keepSandboxes: true,
      timeLimitSeconds: 1800,
      task: { parameters: { composeOverrides: { shm_size: "2gb" } } },
    });
  });

  it("names a key that is no option, with the nearest one", async () => {
    await expect(parse(["--run-config", await file("typo.yaml", "temprature: 1\n")])).rejects.toMatchObject({
      message: expect.stringContaining("temprature"),
      hint: expect.stringContaining("temperature"),
    });
  });

  it("names the key of a value that does not fit", async () => {
    await expect(parse(["--run-config", await file("two.yaml", "epochs: [1, 2]\n")])).rejects.toThrow(
      /epochs.* has 2 values/,
    );
    await expect(parse(["--run-config", await file("value.yaml", "max-samples: many\n")])).rejects.toThrow(
      /max.samples in .*value\.yaml is wrong/,
    );
  });
});

describe("a file of generation options", () => {
  it("has Inspect's names, and gives way to flags", async () => {
    const path = await file(
      "generate.yaml",
      "temperature: 0.2\nmax_tokens: 500\nstop_seqs: [END]\nreasoning_effort: high\nextra_body: {a: 1}\nmax_retries: 3\n",
    );
    expect(await parse(["--generate-config", path, "--temperature", "0.7"])).toMatchObject({
      generate: {
        temperature: 0.7,
        maxTokens: 500,
        stopSequences: ["END"],
        reasoningEffort: "high",
        extraBody: { a: 1 },
      },
      modelOptions: { maxRetries: 3 },
    });
  });

  it.each([
    ["temprature: 1", /"temprature" in .* is not an option/],
    ["temperature: hot", /temperature in .* is wrong/],
    ["model_base_url: http://elsewhere.invalid", /is not an option/],
  ])("is refused with %s", async (text, message) => {
    const path = await file("wrong.yaml", text);
    await expect(parse(["--generate-config", path])).rejects.toThrow(message);
  });
});

it("takes arguments of a solver from a file, which -S goes before", async () => {
  const path = await file("solver.yaml", "depth: 3\nbreadth: 2\n");
  const { solverArgs } = await parse(["--solver-config", path, "-S", "depth=5"]);
  expect(solverArgs).toEqual({ depth: 5, breadth: 2 });
});

describe("scorers", () => {
  const scorer = (name: string) => `{ name: "${name}", metrics: ["accuracy"], score: () => ({ value: 1 }) }`;
  const names = async (args: readonly string[]) => (await parse(args)).task.scorers?.map(({ name }) => name);

  it("may be several: in modules of their own or in one", async () => {
    const one = await file("one.mjs", `export default ${scorer("one")};`);
    const two = await file("two.mjs", `export default () => [${scorer("two")}, ${scorer("three")}];`);
    expect(await names(["--scorer", one])).toEqual(["one"]);
    expect(await names(["--scorer", `${one},${two}`])).toEqual(["one", "two", "three"]);
    expect(await names(["--scorer", one, "--scorer", two])).toEqual(["one", "two", "three"]);
    expect(await names(["-T", `scorer=[${one},${two}]`])).toEqual(["one", "two", "three"]);
    const { modules, task } = await parse(["-T", `scorer=[${one},${two}]`]);
    expect(modules).toEqual({ scorer: [one, two] });
    expect(task.argsPassed).toMatchObject({ scorer: ["one", "two", "three"] });
  });

  it.each([
    ["export default [];", /does not export a scorer/],
    [`export default [${scorer("a")}, { name: "b" }];`, /does not export a scorer/],
    [`export default [${scorer("a")}, ${scorer("a")}];`, /Two scorers are called a/],
  ])("are refused as %s", async (text, message) => {
    const path = await file(`scorers-${Buffer.from(text).toString("hex").slice(-20)}.mjs`, text);
    await expect(parse(["--scorer", path])).rejects.toThrow(message);
  });

  it("are refused as a list of something else", async () => {
    await expect(parse(["-T", "scorer=[1,2]"])).rejects.toThrow(/the path of a module.*or a list of such paths/);
  });
});
