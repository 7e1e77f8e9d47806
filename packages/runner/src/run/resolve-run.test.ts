import type { EvalLog, EvalSampleSummary } from "@mlebench/eval-log";
import fc from "fast-check";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { registerDemo } from "../demo/register-demo.js";
import { type MleBenchParams, mleBench } from "../task/mle-bench.js";
import { logSpec } from "./log-spec.js";
import { resolveRun } from "./resolve-run.js";
import type { RunFacts } from "./run-facts.js";
import type { RunEvalOptions } from "./run-options.js";

const IDS = ["leaf-classification", "aerial-cactus-identification", "spaceship-titanic"];
const MODEL = "openai/gpt-5";

const FACTS: RunFacts = {
  env: {},
  host: { platform: "linux", nodeVersion: "22.1.0", cpus: 4, memoryBytes: 16 * 1024 ** 3 },
  dataDir: { path: "/data", exists: true, isWritable: true, freeBytes: 1e12 },
  logDir: { path: "logs", exists: false, isWritable: true, freeBytes: 1e12 },
  competitions: IDS.map((competitionId, index) => ({ competitionId, isPrepared: index === 0 })),
  sandboxes: { hasImage: true },
};

async function resolved(
  params: MleBenchParams = {},
  options: Partial<RunEvalOptions> = {},
  facts: Partial<RunFacts> = {},
) {
  const task = await mleBench({ competitions: IDS, ...params });
  return resolveRun({ task, model: MODEL, ...options }, { ...FACTS, ...facts });
}

describe("a run without a model", () => {
  const solver = async function myAgent() {
    return undefined;
  };

  it.each(["none", "none/none"])("is named for its agent: %s", async (model) => {
    const run = await resolved({ solver }, { model });
    expect(run.model.id).toBe("none/myAgent");
    expect(run.options.model).toBe("none/myAgent");
    expect(logSpec(run, "run")).toMatchObject({ model: "none/myAgent", solver: "myAgent" });
    expect((await resolved({ solver }, { model: "none/aide-v2" })).model.id).toBe("none/aide-v2");
  });

  it("needs a solver that brings one", async () => {
    await expect(resolved({}, { model: "none" })).rejects.toMatchObject({
      code: "RUNNER_USAGE",
      message: "The run has neither a model nor a solver that brings its own.",
    });
  });
});

describe("a resolved run", () => {
  it("has every default, and hardly anything has to be given for it", async () => {
    const run = await resolved();
    expect(run).toMatchObject({
      epochs: 1,
      model: { id: MODEL, provider: "openai", price: { input: 1.25, output: 10 } },
      protocol: "inspect",
      limits: { messages: 30 },
      commandTimeoutSeconds: 360,
      solverName: "react",
      scorers: [{ name: "mle_bench_scorer" }],
      score: true,
      failOnError: true,
      continueOnFail: false,
      retryOnError: 0,
      scoreOnError: false,
      maxSamples: 10,
      maxSandboxes: 8,
      maxPreparations: 1,
      sandboxType: "docker",
      keepSandboxes: false,
      forceBuild: false,
      image: { name: "mlebench-env:lean", state: "present" },
      dataDir: FACTS.dataDir,
      logDir: { path: "logs" },
      warnings: [],
    });
    expect(run.todo).toHaveLength(3);
    expect(run.finished).toEqual([]);
    expect(run.gpus).toBeUndefined();
  });

  it("takes what is given before any default", async () => {
    const run = await resolved(
      { epochs: 2, cpuOverride: 3, memOverride: 2, maxMessages: 7, sandboxType: "local" },
      {
        protocol: "quick",
        commandTimeoutSeconds: 9,
        maxSamples: 5,
        maxSandboxes: 2,
        maxPreparations: 3,
        failOnError: 0.5,
        continueOnFail: true,
        retryOnError: 1,
        scoreOnError: true,
        score: false,
        keepSandboxes: true,
        modelOptions: { maxConnections: 1 },
        limit: "1",
      },
      { env: { INSPECT_EVAL_LOG_FILE_PATTERN: "{task}", MLEBENCH_BASE_IMAGE: "mine" } },
    );
    expect(run).toMatchObject({
      epochs: 2,
      limits: { messages: 7, timeSeconds: 600 },
      commandTimeoutSeconds: 9,
      maxSamples: 5,
      maxSandboxes: 2,
      maxPreparations: 3,
      failOnError: 0.5,
      continueOnFail: true,
      retryOnError: 1,
      scoreOnError: true,
      score: false,
      keepSandboxes: true,
      sandboxType: "local",
      logFilePattern: "{task}",
      baseImage: "mine",
      hardware: { perSandbox: { cpus: 3, memoryBytes: 2 * 1024 ** 3, gpus: 0 }, atMost: { cpus: 6 } },
    });
    expect(run.image).toBeUndefined();
    expect(run.todo.map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect((await resolved({}, { modelOptions: { maxConnections: 4 } })).maxSamples).toBe(4);
  });

  it("fits the paper's protocol to the host that it is told of", async () => {
    const run = await resolved({}, { protocol: "mle-bench" });
    expect(run.hardware.perSandbox).toEqual({ cpus: 4, memoryBytes: 14 * 1024 ** 3, gpus: 0 });
    expect(run.limits).toEqual({ timeSeconds: 86_400 });
  });

  it("warns of patterns without a match", async () => {
    const run = await resolved({}, { sampleIds: ["leaf-*", "nothing-*"] });
    expect(run.warnings).toEqual([{ message: 'No competition of this task matches "nothing-*".' }]);
  });

  it("keeps where its settings come from", async () => {
    const task = await mleBench({ competitions: IDS });
    const sources = { epochs: "flag --epochs" };
    expect(resolveRun({ task, model: MODEL }, FACTS, sources).sources).toEqual(sources);
  });

  it.each([
    ["present", {}, true],
    ["to be built", {}, false],
    ["unknown", {}, undefined],
    ["to be built", { forceRebuild: true }, true],
    ["to be built", { composeOverrides: { pull_policy: "build" } }, true],
  ] as const)("says that its image is %s", async (state, params, hasImage) => {
    expect((await resolved(params, {}, { sandboxes: { hasImage } })).image?.state).toBe(state);
  });
});

describe("the hardware of a run", () => {
  const host = { ...FACTS.host, gpus: ["0", "1", "2"] };

  it("places the GPUs of the host, and counts no more than there are", async () => {
    const run = await resolved({ gpuCount: 2 }, {}, { host });
    expect(run.gpus).toEqual({ perSample: 2, ids: ["0", "1", "2"] });
    expect(run.checkGpu).toBe(true);
    expect(run.hardware).toMatchObject({ perSandbox: { gpus: 2 }, atMost: { gpus: 3, cpus: 3 } });
  });

  it("leaves placing to whoever knows the GPUs", async () => {
    expect((await resolved({ gpuCount: 2 })).gpus).toBeUndefined();
    expect((await resolved({ gpuCount: 9, sandboxType: "k8s" }, {}, { host })).gpus).toBeUndefined();
    expect((await resolved({ gpuDriver: "nvidia" }, {}, { host })).hardware.atMost.gpus).toBe("all");
  });

  it("opens the host where that is allowed by name, and says so in its warnings and in the log", async () => {
    const composeOverrides = { network_mode: "host", cap_add: ["SYS_PTRACE"] };
    const allowHostAccess = ["network_mode:host", "cap_add:SYS_PTRACE", "volumes:/etc"];
    const run = await resolved({ composeOverrides }, { allowHostAccess });
    expect(run.warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /^The agent can reach this host: services\.default\.network_mode: .*network_mode:host\)\.$/,
      ),
      expect.stringContaining("services.default.cap_add"),
      expect.stringContaining("--allow-host-access volumes:/etc allows nothing"),
    ]);
    expect(logSpec(run, "run").metadata).toMatchObject({ allow_host_access: allowHostAccess });
    await expect(resolved({ composeOverrides }, { allowHostAccess: allowHostAccess.slice(1) })).rejects.toMatchObject({
      hint: expect.stringContaining("--allow-host-access cap_add:SYS_PTRACE volumes:/etc network_mode:host"),
    });
  });

  it("follows compose overrides", async () => {
    const { hardware } = await resolved({ composeOverrides: { cpus: 2, mem_limit: "1g" } }, { maxSamples: 2 });
    expect(hardware.atMost).toEqual({ cpus: 4, memoryBytes: 2 * 1024 ** 3, gpus: 0 });
  });
});

describe("the data of a run", () => {
  it("is prepared, made from raw files, or downloaded", async () => {
    const competitions = [
      { competitionId: IDS[0]!, isPrepared: true },
      { competitionId: IDS[1]!, isPrepared: false, rawBytes: 5e6 },
      { competitionId: IDS[2]! },
    ];
    const run = await resolved({}, {}, { competitions });
    expect(run.competitions.map(({ data }) => data)).toEqual(["prepared", "raw", "unknown"]);
    expect(run.competitions[0]?.neededBytes).toBe(0);
    expect((await resolved()).competitions.map(({ data }) => data)).toEqual(["prepared", "download", "download"]);
    expect((await resolved({}, { rawDir: "raw" })).competitions[1]?.data).toBe("raw");
  });

  it("needs room for what stays, and for the largest zip beside it", async () => {
    const competitions = IDS.map((competitionId) => ({ competitionId, isPrepared: false }));
    // 0.036 GB, 0.0254 GB and one that upstream states no size of.
    const [leaf, cactus] = [0.036e9, 0.0254e9];
    const only = { sampleIds: IDS.slice(0, 2) };
    expect((await resolved({}, only, { competitions })).neededBytes).toBeCloseTo(2 * leaf + cactus, 0);
    expect((await resolved({}, { ...only, maxPreparations: 2 }, { competitions })).neededBytes).toBeCloseTo(
      2 * (leaf + cactus),
      0,
    );
  });

  it("is only that of samples still to run", async () => {
    const run = await resolved({}, { sampleIds: ["leaf-*"] });
    expect(run.competitions.map(({ competitionId }) => competitionId)).toEqual(["leaf-classification"]);
    expect(run.neededBytes).toBe(0);
  });
});

describe("the most that a run costs", () => {
  it.each<[string, Partial<RunEvalOptions>, object]>([
    ["its cost limit", { costLimit: 2, tokenLimit: 5 }, { kind: "bounded", dollars: 6, by: "cost limit" }],
    ["its tokens at the dearer price", { tokenLimit: 1e6 }, { kind: "bounded", dollars: 30, by: "token limit" }],
    ["that for every attempt", { costLimit: 2, retryOnError: 1 }, { kind: "bounded", dollars: 12 }],
    ["nothing for a scripted model", { model: "mock/default" }, { kind: "bounded", dollars: 0, by: "local model" }],
    ["unbounded without a limit", {}, { kind: "unbounded", why: "no cost or token limit" }],
    ["unbounded without a price", { model: "ollama/some", tokenLimit: 5 }, { kind: "unbounded", why: "unknown price" }],
  ])("is %s", async (_, options, cost) => {
    expect((await resolved({}, options)).cost).toMatchObject(cost);
  });
});

describe("what is refused before anything starts", () => {
  const solver = async () => undefined;
  it.each<[string, MleBenchParams, Partial<RunEvalOptions>, Partial<RunFacts>?]>([
    ["RUNNER_NOTHING_TO_RUN", { competitions: [] }, {}],
    ["RUNNER_NOTHING_TO_RUN", {}, { limit: "9-12" }],
    ["RUNNER_LIMIT", {}, { limit: "none" }],
    ["RUNNER_SAMPLE_ID", {}, { sampleIds: ["nothing-*"] }],
    ["SCORER_UNKNOWN_REDUCER", {}, { epochsReducer: ["average"] }],
    ["SCORER_REDUCER_NEEDS_EPOCHS", {}, { epochsReducer: ["pass_at_3"] }],
    ["RUNNER_USAGE", { solver }, { agent: { python: true } }],
    ["RUNNER_USAGE", {}, { solverArgs: { depth: 3 } }],
    ["COMPOSE_SPEC_INVALID", { composeOverrides: { privileged: true } }, {}],
    ["COMPOSE_SPEC_INVALID", { composeOverrides: { network_mode: "host" } }, {}],
    ["COMPOSE_SPEC_INVALID", { composeOverrides: { volumes: ["/etc:/host:rw"] } }, {}],
    ["COMPOSE_SPEC_INVALID", { composeOverrides: { build: { args: { BASE_IMAGE: "evil" } } } }, {}],
    ["MODEL_OPTIONS", {}, { model: "gpt-5" }],
    ["MODEL_UNKNOWN_PROVIDER", {}, { model: "opanai/gpt-5" }],
    ["RUNNER_USAGE", {}, { model: "mock/default", costLimit: 1 }],
    ["RUNNER_GPU_COUNT", { gpuCount: 3 }, {}, { host: { ...FACTS.host, gpus: ["0", "1"] } }],
    [
      "SANDBOX_PROVIDER_UNKNOWN",
      {},
      {},
      { sandboxes: { problem: Object.assign(new Error("no such"), { code: "SANDBOX_PROVIDER_UNKNOWN" }) } },
    ],
    [
      "EVAL_LOG_UNREADABLE",
      {},
      { resumeLog: "some.eval" },
      { resumed: { error: Object.assign(new Error("cannot be read"), { code: "EVAL_LOG_UNREADABLE" }) } },
    ],
  ])("%s: %j %j", async (code, params, options, facts) => {
    await expect(resolved(params, options, facts)).rejects.toMatchObject({ code });
  });

  it("names the option that gives a model its price", async () => {
    const run = resolved({}, { model: "ollama/some", costLimit: 1 });
    await expect(run).rejects.toMatchObject({ hint: expect.stringContaining("--prices") });
    const prices = { "ollama/some": { input: 1, output: 2 } };
    expect(await resolved({}, { model: "ollama/some", costLimit: 1, modelOptions: { prices } })).toMatchObject({
      model: { price: { output: 2 } },
    });
  });
});

describe("a run that resumes a log", () => {
  const row = (id: string, error?: string): EvalSampleSummary => ({ id, epoch: 1, input: "", target: "", error });
  const resume = async (
    rows: readonly EvalSampleSummary[],
    options: Partial<RunEvalOptions> = {},
    status: EvalLog["status"] = "error",
  ) => {
    const before = await resolved();
    const spec = logSpec(before, "r", new Date(0));
    const header = { status, eval: spec } as EvalLog;
    return await resolved(
      {},
      { resumeLog: "some.eval", ...options },
      { resumed: { header: JSON.parse(JSON.stringify(header)), summaries: rows } },
    );
  };

  it("runs what did not finish", async () => {
    const run = await resume([row(IDS[0]!), row(IDS[1]!, "lost")]);
    expect(run.finished.map(({ competitionId }) => competitionId)).toEqual([IDS[0]]);
    expect(run.todo.map(({ competitionId }) => competitionId)).toEqual([IDS[1], IDS[2]]);
  });

  it("is refused with other settings, and when nothing is left", async () => {
    const all = IDS.map((id) => row(id));
    await expect(resume([], { tokenLimit: 5 })).rejects.toMatchObject({ code: "RUNNER_RESUME_MISMATCH" });
    await expect(resume(all, {}, "success")).rejects.toMatchObject({ code: "RUNNER_RESUME_COMPLETE" });
    // It still wants its results.
    expect((await resume(all)).todo).toEqual([]);
  });
});

describe("resolving", () => {
  beforeAll(() => registerDemo());
  const { env } = process;
  afterEach(() => {
    process.env = env;
  });

  it("is a pure function of options and facts: the same again, nothing awaited, no variable read", async () => {
    const solver = async () => undefined;
    const task = await mleBench({ competitions: IDS, epochs: 2, gpuCount: 1, solver });
    const options = deepFreeze<RunEvalOptions>({ task, model: MODEL, solverArgs: { depth: 3 }, costLimit: 1 });
    const facts = deepFreeze<RunFacts>({ ...FACTS, host: { ...FACTS.host, gpus: ["0"] } });
    const read: PropertyKey[] = [];
    process.env = new Proxy(env, {
      get: (target, name) => {
        read.push(name);
        return Reflect.get(target, name);
      },
    });
    const [first, second] = [resolveRun(options, facts), resolveRun(options, facts)];
    process.env = env;
    expect(read).toEqual([]);
    expect(first).not.toHaveProperty("then");
    expect(second).toStrictEqual(first);
  });

  it("gives the same run again for any options, and neither loses nor doubles a sample", async () => {
    const tasks = await Promise.all([1, 2, 5].map((epochs) => mleBench({ competitions: IDS, epochs })));
    const options = fc.record(
      {
        task: fc.constantFrom(...tasks),
        model: fc.constantFrom(MODEL, "mock/default", "grok/grok-4"),
        protocol: fc.constantFrom("inspect", "mle-bench", "quick"),
        limit: fc.constantFrom("1", "2", "2-3"),
        shuffleSeed: fc.nat(),
        tokenLimit: fc.integer({ min: 1 }),
        maxSamples: fc.integer({ min: 1, max: 100 }),
        maxSandboxes: fc.integer({ min: 1, max: 100 }),
        retryOnError: fc.nat(3),
        messageLimit: fc.option(fc.nat(50)),
        failOnError: fc.oneof(fc.boolean(), fc.double({ min: 0, max: 1, noNaN: true })),
      },
      { requiredKeys: ["task", "model"] },
    );
    fc.assert(
      fc.property(options, (given: RunEvalOptions) => {
        const run = resolveRun(given, FACTS);
        expect(resolveRun(given, FACTS)).toStrictEqual(run);
        expect([...run.finished, ...run.todo]).toEqual(run.plan.samples);
        expect(run.hardware.atMost.cpus).toBeLessThanOrEqual(run.hardware.perSandbox.cpus * run.maxSandboxes);
        expect(run.maxSamples).toBe(given.maxSamples ?? 10);
        expect(run.failOnError).toBe(given.failOnError ?? true);
      }),
    );
  });
});

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
