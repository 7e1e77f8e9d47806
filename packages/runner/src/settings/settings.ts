import { PROTOCOLS } from "./protocol.js";
import {
  autoFlag,
  commaTexts,
  compaction,
  decimal,
  failOnError,
  flag,
  list,
  mapping,
  oneOf,
  oneOrMore,
  orNull,
  pairs,
  range,
  repeated,
  seconds,
  text,
  textMapping,
  textPairs,
  tokenCount,
  usually,
  wholeNumber,
} from "./readers.js";
import { REDACTED } from "./redacted.js";
import { type Opening, type Setting, setting } from "./setting.js";

const DISPLAYS = ["rich", "plain", "none"] as const;
const LOG_LEVELS = ["debug", "info", "warning", "error"] as const;
const REASONING_EFFORTS = ["none", "minimal", "low", "medium", "high", "xhigh", "max"] as const;
const REASONING_SUMMARIES = ["none", "concise", "detailed", "auto"] as const;
const REASONING_HISTORIES = ["none", "all", "last", "auto"] as const;
/** What the limits of one sample have in common. */
const LIMIT = { defaultText: "no limit", identity: "limits", deviation: true } as const;

/** A mock model may be a module; every other one is called by a known program. */
function openingOfModel(value: unknown): Opening | undefined {
  const names = [value].flat().flatMap((each) => String(each).split(/[\s,]+/));
  return names.some((name) => /^\s*mock\/.*[./\\]/i.test(name)) ? "code" : undefined;
}

/** The providers that keep an agent from this host; any other name but `local` is a module. */
function isContained(value: unknown): boolean {
  return value === "docker" || value === "k8s";
}

/** A model decides who is sent a key, or which file is read or run; a bundled mock by its name does neither. */
function openingOfLoggedModel(value: unknown): Opening | undefined {
  const [, kind, name = ""] = /^\s*(mock|replay)\/(.*)$/is.exec(String(value)) ?? [];
  if (kind === undefined) return "key";
  return kind.toLowerCase() === "mock" && /^[\w-]+$/.test(name) ? undefined : "code";
}

/**
 * Every setting of `mlebench run` and `mlebench eval-set`, one row each. The command line and its help, variables, the
 * types of the options, what a log keeps and a resumed run takes from it, the run's identity and the README's tables are
 * derived from it.
 */
export const SETTINGS = {
  model: setting("command", "what", "--model <provider/model>", text, {
    help: "the model, for example openai/gpt-5",
    opensWhen: openingOfModel,
    opensFromLog: openingOfLoggedModel,
    commands: ["run"],
  }),
  models: setting("command", "what", "--model <provider/model...>", list, {
    help: "one or more models",
    opensWhen: openingOfModel,
    commands: ["eval-set"],
  }),
  demo: setting("command", "what", "--demo", flag, {
    help: "run the bundled demo: no Docker, account, key or network needed",
    commands: ["run"],
  }),
  /** A log to continue: its finished samples stay, the rest is run. */
  resumeLog: setting("run", "what", "--resume <log>", text, {
    help: "continue a log: finished samples stay, the rest is run",
    opens: "code",
    commands: ["run"],
  }),
  dryRun: setting("command", "what", "--dry-run", flag, {
    help: "print what would run and where each setting comes from; start nothing",
  }),
  /** A bundled split (`low`, `low.txt`) or the path of a text file with one id a line. @default "spaceship-titanic" */
  split: setting("task", "what", "--split <name>", text, {
    help: "bundled split (low, medium, high, all, dev, ...) or a file of ids",
    defaultText: "spaceship-titanic",
    // Any but these may be a file, which is read.
    opensFromLog: (value) =>
      /^(?:low|medium|high|all|dev|spaceship-titanic)(?:\.txt)?$/.test(String(value)) ? undefined : "host",
  }),
  competitions: setting("command", "what", "-c, --competition <id...>", list, {
    help: "run these competitions instead of a split",
  }),
  taskArgs: setting("command", "what", "-T, --task-arg <key=value...>", pairs(), {
    help: "task parameter of the Inspect eval; the value is YAML",
    env: "INSPECT_EVAL_TASK_ARGS",
  }),
  taskConfig: setting("command", "what", "--task-config <file>", text, {
    help: "YAML or JSON file of task parameters; -T and flags win",
    opens: "code",
  }),
  /** `N` or `A-B`. */
  limit: setting("run", "what", "--limit <N|A-B>", range, {
    help: "the first N competitions, or those from A to B",
    log: {
      path: "config.limit",
      write: (limit) => {
        const [first, last] = limit.split("-").map(Number);
        return last === undefined || first === 1 ? (last ?? first) : [first, last];
      },
      read: (logged) => (Array.isArray(logged) ? logged.join("-") : logged === undefined ? undefined : String(logged)),
    },
  }),
  /** Shell-style patterns over competition ids. */
  sampleIds: setting("run", "what", "--sample-id <pattern...>", list, {
    help: "only competitions that match, for example 'spaceship-*'",
    log: {
      path: "config.sample_id",
      read: (logged) => (logged === undefined ? undefined : [logged].flat().map(String)),
    },
  }),
  /** Shuffles the competitions with this seed before the limit is applied. */
  shuffleSeed: setting("run", "what", "--sample-shuffle [seed]", wholeNumber(0), {
    help: "shuffle the competitions before --limit",
    bare: () => Math.floor(Math.random() * 2 ** 31),
    log: "config.sample_shuffle",
  }),
  /** Repeats of each competition. @default 1 */
  epochs: setting("task", "what", "--epochs <n>", wholeNumber(), {
    help: "repeats of each competition",
    default: 1,
  }),
  /** How epochs become one value, for example "mean" or "pass_at_2". @default the mean */
  epochsReducer: setting("run", "what", "--epochs-reducer <names>", orNull(list), {
    help: "mean, median, mode, max, at_least_k, pass_at_k; several with commas",
    defaultText: "mean",
    log: "config.epochs_reducer",
  }),
  /** @default "inspect" */
  protocol: setting("run", "what", "--protocol <name>", oneOf(PROTOCOLS), {
    help: "limits and hardware: inspect, mle-bench (24 hours, no message cap) or quick",
    default: "inspect",
    log: "metadata.protocol",
    identity: "protocol",
  }),
  solver: setting("module", "what", "--solver <module>", orNull(text), {
    help: "module of a solver that replaces the ReAct agent",
    opens: "code",
  }),
  /** Arguments for the task's solver: it finds them in its context. */
  solverArgs: setting("run", "what", "-S, --solver-arg <key=value...>", pairs(), {
    help: "argument for the solver's context; the value is YAML",
    env: "INSPECT_EVAL_SOLVER_ARGS",
    // What they do is up to the solver, which is somebody's own program.
    opensFromLog: () => "code",
    log: "solver_args_passed",
    identity: "solver arguments",
  }),
  solverConfig: setting("command", "what", "--solver-config <file>", text, {
    help: "YAML or JSON file of arguments for the solver's context; -S wins",
  }),
  scorer: setting("module", "what", "--scorer <module>", orNull(oneOrMore), {
    help: "module that replaces the three booleans by a scorer or several; several modules with commas",
    opens: "code",
  }),
  plugIns: setting("command", "what", "--plug-in <module...>", repeated, {
    help: "module that registers competitions, graders, preparers, providers or mock models",
    opens: "code",
  }),

  /** Where prepared competitions are and go. @default the user's cache folder */
  dataDir: setting("task", "data", "--data-dir <dir>", orNull(text), {
    help: "prepared competitions",
    // It is mounted, and answers are read from it.
    opensFromLog: () => "host",
    defaultText: "the user's cache folder",
    identity: false,
  }),
  /** Raw files instead of a download: a folder of them, of `<id>.zip`, or of one folder per competition. */
  rawDir: setting("run", "data", "--raw-dir <dir>", text, {
    help: "take raw files from this folder instead of downloading them",
  }),
  /** A folder with upstream's descriptions, for machines without network. */
  assetsDir: setting("run", "data", "--assets-dir <dir>", text, {
    help: "upstream's descriptions, for machines without network",
  }),
  /** Give the agent the descriptions that do not say which competition it is. @default false */
  obfuscate: setting("run", "data", "--obfuscate", flag, {
    help: "descriptions that do not say which competition it is",
    default: false,
    log: "metadata.obfuscate",
    deviation: true,
  }),
  /** Skip the check of Kaggle's rules before anything is downloaded. @default false */
  skipTosCheck: setting("task", "data", "--skip-tos-check", flag, {
    help: "do not check Kaggle's rules before downloading",
    default: false,
    identity: false,
  }),

  /** A registered sandbox provider or the path of a module that makes one. @default "docker" */
  sandboxType: setting("task", "sandbox", "--sandbox <name>", text, {
    alias: "--sandbox-type <name>",
    help: "docker, local, k8s (with @mlebench/sandbox-k8s installed) or the path of a provider module",
    default: "docker",
    opens: "host",
    opensWhen: (value) => (value === "local" ? "host" : isContained(value) ? undefined : "code"),
    opensFromLog: (value) => (value === "docker" ? undefined : value === "local" || value === "k8s" ? "host" : "code"),
  }),
  /** Options of the provider that sandboxType names. */
  sandboxOptions: setting("run", "sandbox", "--sandbox-option <key=value...>", pairs("camel"), {
    help: "option of the sandbox provider; the value is YAML",
    log: "metadata.sandbox_options",
    opens: "host",
  }),
  /** Image of the sandboxes; built from the bundled Dockerfile under this name when it does not exist. */
  dockerImageName: setting("task", "sandbox", "--docker-image-name <image>", orNull(text), {
    help: "image of the sandboxes; built when missing",
    opensFromLog: () => "code",
    deviation: true,
  }),
  /** Build the image also when it exists. @default false */
  forceRebuild: setting("task", "sandbox", "--force-rebuild", flag, {
    help: "build the image even when it exists",
    default: false,
    identity: false,
  }),
  /** CPUs of one sandbox. @default the protocol's */
  cpuOverride: setting("task", "sandbox", "--cpu-override <n>", decimal(0.01), {
    help: "CPUs of a sandbox",
    protocolDefault: "cpus",
    defaultText: "1",
    deviation: true,
  }),
  /** GB of memory of one sandbox. @default no limit but the provider's */
  memOverride: setting("task", "sandbox", "--mem-override <GB>", orNull(decimal(0.01)), {
    help: "memory of a sandbox",
    protocolDefault: "memoryGB",
    deviation: true,
  }),
  /** For example "nvidia". */
  gpuDriver: setting("task", "sandbox", "--gpu-driver <name>", orNull(text), {
    help: "GPU driver, for example nvidia",
    opens: "host",
    deviation: true,
  }),
  /** GPUs of one sandbox. */
  gpuCount: setting("task", "sandbox", "--gpu-count <n>", orNull(wholeNumber()), {
    help: "GPUs of a sandbox",
    opens: "host",
    deviation: true,
  }),
  /** Compose keys of the service, merged into the generated ones last. */
  composeOverrides: setting("task", "sandbox", "--compose-overrides <json>", orNull(mapping), {
    help: "compose keys merged into the generated service last",
    opens: "host",
    deviation: true,
  }),
  /** Keys of what the compose spec may open of this host: the refusal of a spec names them. @default nothing */
  allowHostAccess: setting("run", "sandbox", "--allow-host-access <key...>", repeated, {
    help: "let the compose spec open this host by these keys; the error that refuses it names them",
    log: "metadata.allow_host_access",
    opens: "host",
    sources: ["flag", "run-config", "environment", "resumed log"],
    deviation: true,
  }),
  sandboxConfig: setting("module", "sandbox", "--sandbox-config <module>", orNull(text), {
    help: "module that makes the compose spec of a sample",
    opens: "code",
  }),
  /** Leave sandboxes up. @default false */
  keepSandboxes: setting("run", "sandbox", "--no-sandbox-cleanup", flag, {
    help: "leave sandboxes up and say how to enter them",
    inverted: true,
    default: false,
    log: {
      path: "config.sandbox_cleanup",
      always: true,
      write: (keep) => !keep,
      read: (logged) => (typeof logged === "boolean" ? !logged : undefined),
    },
    sources: ["flag", "run-config", "environment", ".env"],
  }),

  env: setting("command", "model", "--env <NAME=value...>", textPairs, {
    help: "environment variable of this run, never of a sandbox",
    env: false,
    opens: "key",
  }),
  baseUrl: setting("modelOptions", "model", "--model-base-url <url>", text, {
    help: "base URL of the model's API",
    log: "model_base_url",
    identity: "model's address",
    opens: "key",
  }),
  args: setting("modelOptions", "model", "-M, --model-arg <key=value...>", pairs(), {
    help: "argument for the model's provider; the value is YAML",
    env: "INSPECT_EVAL_MODEL_ARGS",
    log: "model_args",
    identity: "model arguments",
    opens: "key",
  }),
  maxConnections: setting("modelOptions", "model", "--max-connections <n>", wholeNumber(), {
    help: "requests to the model at a time",
    defaultText: "no limit",
  }),
  maxRetries: setting("modelOptions", "model", "--max-retries <n>", wholeNumber(0), {
    help: "retries of one request",
    default: 12,
  }),
  timeoutSeconds: setting("modelOptions", "model", "--timeout <seconds>", seconds, {
    help: "for one request with all its retries",
    defaultText: "no limit",
  }),
  attemptTimeoutSeconds: setting("modelOptions", "model", "--attempt-timeout <seconds>", seconds, {
    help: "for one attempt, then it is tried again",
    default: 1800,
  }),
  temperature: setting("generate", "model", "--temperature <t>", decimal(0), { help: "sampling temperature" }),
  topP: setting("generate", "model", "--top-p <p>", decimal(0, 1), { help: "nucleus sampling" }),
  topK: setting("generate", "model", "--top-k <k>", wholeNumber(), { help: "most likely tokens to sample from" }),
  maxTokens: setting("generate", "model", "--max-tokens <n>", tokenCount, { help: "tokens of one answer" }),
  seed: setting("generate", "model", "--seed <n>", wholeNumber(0), { help: "the model's seed" }),
  stopSequences: setting("generate", "model", "--stop-seqs <texts>", commaTexts, {
    help: "stop sequences, with commas",
    log: "model_generate_config.stop_seqs",
  }),
  frequencyPenalty: setting("generate", "model", "--frequency-penalty <x>", decimal(-2, 2), { help: "from -2 to 2" }),
  presencePenalty: setting("generate", "model", "--presence-penalty <x>", decimal(-2, 2), { help: "from -2 to 2" }),
  reasoningEffort: setting("generate", "model", "--reasoning-effort <level>", usually(REASONING_EFFORTS), {
    help: `how much a reasoning model thinks: ${REASONING_EFFORTS.join(", ")}`,
  }),
  reasoningTokens: setting("generate", "model", "--reasoning-tokens <n>", tokenCount, {
    help: "most tokens of thinking of one answer",
  }),
  reasoningSummary: setting("generate", "model", "--reasoning-summary <how>", usually(REASONING_SUMMARIES), {
    help: `summaries of thinking (OpenAI): ${REASONING_SUMMARIES.join(", ")}`,
    defaultText: "auto",
  }),
  reasoningHistory: setting("generate", "model", "--reasoning-history <which>", usually(REASONING_HISTORIES), {
    help: `the thinking that goes back to the model: ${REASONING_HISTORIES.join(", ")}; Anthropic always gets all`,
    defaultText: "auto, which is all",
  }),
  parallelToolCalls: setting("generate", "model", "--parallel-tool-calls", flag, {
    negated: { flag: "--no-parallel-tool-calls", help: "one tool call an answer" },
    help: "let one answer call several tools",
  }),
  cachePrompt: setting("generate", "model", "--cache-prompt <how>", autoFlag, {
    help: "auto, true or false: mark the prompt for the cache where that must be asked for (Anthropic)",
    defaultText: "auto",
  }),
  systemMessage: setting("generate", "model", "--system-message <text>", text, {
    help: "a system message before that of the agent",
    deviation: true,
  }),
  extraBody: setting("generate", "model", "--extra-body <json>", mapping, {
    help: "fields merged over the JSON of every request to the model",
    opens: "key",
  }),
  /** A log has their names alone: they often hold keys. */
  headers: setting("generate", "model", "--extra-headers <json>", textMapping, {
    help: "HTTP headers of every request to the model; a log keeps their names",
    log: {
      path: "model_generate_config.extra_headers",
      write: (headers) => Object.fromEntries(Object.keys(headers).map((name) => [name, REDACTED])),
    },
    opens: "key",
  }),
  generateConfig: setting("command", "model", "--generate-config <file>", text, {
    help: "YAML or JSON file of generation options by Inspect's names (`reasoning_effort: high`); flags win",
    opens: "key",
  }),
  prices: setting("command", "model", "--prices <file>", text, {
    help: "YAML or JSON file of `provider/model: { input: 1.25, output: 10 }` in dollars per million tokens, for --cost-limit",
    defaultText: "the bundled list",
  }),

  /** Also give the agent a tool that runs Python. @default false */
  python: setting("agent", "agent", "--python-tool", flag, {
    help: "also give the agent a tool that runs Python",
    default: false,
  }),
  /** Tell the model the exit code of a command that failed. @default false */
  showExitCode: setting("agent", "agent", "--show-exit-code", flag, {
    help: "tell the model the exit code of a command that failed",
    default: false,
  }),
  /** Tell the model what a command printed before it timed out. @default false */
  showOutputOnTimeout: setting("agent", "agent", "--show-output-on-timeout", flag, {
    help: "tell the model what a command printed before it timed out",
    default: false,
  }),
  /** Bytes of one tool's output; 0 for no limit. @default 16384 */
  maxToolOutputBytes: setting("agent", "agent", "--max-tool-output <bytes>", wholeNumber(0), {
    help: "of one tool call; 0 for all",
    default: 16_384,
  }),
  /** Turns in a row without a tool call that end a sample. @default no cap */
  maxStalls: setting("agent", "agent", "--max-stalls <n>", wholeNumber(), {
    help: "turns without a tool call that end a sample",
    defaultText: "no cap",
  }),
  /** How often an answer that the content filter stopped is asked for again. @default 0 */
  retryRefusals: setting("agent", "agent", "--retry-refusals <n>", wholeNumber(0), {
    help: "ask again when the content filter stopped",
    default: 0,
  }),
  /** Continue with the latest part of a conversation that no longer fits the model, instead of ending. @default "disabled" */
  truncation: setting("agent", "agent", "--truncation <how>", oneOf(["disabled", "auto"]), {
    help: "auto: continue with the latest messages when the context is full",
    default: "disabled",
  }),
  /** Shorten prompts that reach so many tokens. @default off */
  compaction: setting("agent", "agent", "--compaction <how[:tokens]>", compaction, {
    help: "edit, summary or trim prompts of so many tokens (150k)",
    defaultText: "off",
  }),
  /** What the agent's approvers were loaded from, as loadApprovers takes it: the log remembers it for resuming it. */
  approval: setting("run", "agent", "--approval <who>", text, {
    help: "human, a policy file or a module that decides about each tool call: run, change, reject, or end the sample",
    opens: "code",
    opensFromLog: (value) => (value === "human" || value === "auto" ? undefined : "code"),
    deviation: true,
  }),

  /** Messages of one conversation; null for no limit. @default the protocol's */
  maxMessages: setting("task", "limits", "--max-messages <n>", orNull(wholeNumber()), {
    help: "messages of one conversation",
    protocolDefault: "maxMessages",
    defaultText: "30",
    deviation: true,
  }),
  /** Messages of the conversation; null for no limit. Wins over the task's maxMessages. */
  messageLimit: setting("run", "limits", "--message-limit <n>", orNull(wholeNumber()), {
    help: "wins over --max-messages",
    // A log without it is of a run without the limit, whatever the task or the protocol says.
    log: {
      path: "config.message_limit",
      write: (limit) => limit ?? undefined,
      read: (logged) => (typeof logged === "number" ? logged : null),
    },
    identity: "limits",
    deviation: true,
  }),
  turnLimit: setting("run", "limits", "--turn-limit <n>", wholeNumber(), {
    help: "generations of one sample",
    ...LIMIT,
    log: "config.turn_limit",
  }),
  tokenLimit: setting("run", "limits", "--token-limit <n>", tokenCount, {
    help: "tokens of one sample",
    ...LIMIT,
    log: "config.token_limit",
  }),
  /** Seconds by the clock; downloads and preparation do not count. */
  timeLimitSeconds: setting("run", "limits", "--time-limit <seconds>", seconds, {
    help: "for the agent, downloads not counted (also 30m, 24h)",
    ...LIMIT,
    protocolDefault: "timeLimitSeconds",
    log: "config.time_limit",
  }),
  /** Seconds without waits for the model's rate limits and queues. */
  workingLimitSeconds: setting("run", "limits", "--working-limit <seconds>", seconds, {
    help: "like --time-limit without waits for the model's limits",
    ...LIMIT,
    log: "config.working_limit",
  }),
  /** US dollars. */
  costLimit: setting("run", "limits", "--cost-limit <dollars>", decimal(0), {
    help: "of one sample",
    ...LIMIT,
    log: "config.cost_limit",
  }),
  /** Seconds that one command of the agent may take. @default the protocol's, 360 */
  commandTimeoutSeconds: setting("run", "limits", "--command-timeout <seconds>", seconds, {
    help: "for one command of the agent",
    protocolDefault: "commandTimeoutSeconds",
    defaultText: "360",
    log: "metadata.command_timeout",
    identity: "command timeout",
    deviation: true,
  }),
  /** Seconds that grading one submission may take. @default 600 */
  gradingTimeoutSeconds: setting("run", "limits", "--grading-timeout <seconds>", seconds, {
    help: "for grading one submission; beyond it is an error of the sample, never a zero",
    default: 600,
    log: "metadata.grading.timeout",
  }),
  /** Seconds that one call of the validation endpoint may take. @default 300 */
  validationTimeoutSeconds: setting("run", "limits", "--validation-timeout <seconds>", seconds, {
    help: "for one call of the validation endpoint",
    default: 300,
    log: "metadata.grading.validation_timeout",
  }),
  /** Memory of one grading or validation. @default half of the machine's or container's, at least 4096 */
  gradingMemoryMiB: setting("run", "limits", "--grading-memory <MiB>", wholeNumber(64), {
    help: "of one grading",
    defaultText: "half of the machine's",
    log: "metadata.grading.memory_mib",
  }),
  /** Samples at a time. @default maxConnections, or 10 */
  maxSamples: setting("run", "limits", "--max-samples <n>", wholeNumber(), {
    help: "samples at a time",
    defaultText: "--max-connections, or 10",
    log: "config.max_samples",
  }),
  /** Sandboxes at a time. @default twice the CPUs */
  maxSandboxes: setting("run", "limits", "--max-sandboxes <n>", wholeNumber(), {
    help: "sandboxes at a time",
    defaultText: "twice the CPUs",
    log: "config.max_sandboxes",
  }),

  /** @default true: the first errored sample fails the run */
  failOnError: setting("run", "errors", "--fail-on-error [value]", failOnError, {
    negated: { flag: "--no-fail-on-error", help: "continue whatever happens to single samples" },
    help: "true, false, a count or a share of errored samples that fails the run",
    bare: () => true,
    default: true,
    log: { path: "config.fail_on_error", always: true },
  }),
  /** Run all samples before the run fails. @default false */
  continueOnFail: setting("run", "errors", "--continue-on-fail", flag, {
    help: "run all samples before the run fails",
    default: false,
    log: { path: "config.continue_on_fail", always: true },
  }),
  /** Attempts after a sample's first one failed. @default 0 */
  retryOnError: setting("run", "errors", "--retry-on-error [n]", wholeNumber(0), {
    help: "run an errored sample again, n times (1 when left out)",
    bare: () => 1,
    default: 0,
    log: { path: "config.retry_on_error", always: true },
  }),
  /** Score what an errored sample left. @default false */
  scoreOnError: setting("run", "errors", "--score-on-error", flag, {
    help: "score what an errored sample left",
    default: false,
    log: { path: "config.score_on_error", always: true },
  }),
  /** @default true */
  score: setting("run", "errors", "--no-score", flag, {
    help: "do not score; `mlebench score` does it later",
    default: true,
    log: { path: "metadata.grading.score", write: (score) => (score ? undefined : false) },
  }),
  /** Rounds over what is unfinished, after the first. @default 10 */
  retryAttempts: setting("set", "errors", "--retry-attempts <n>", wholeNumber(0), {
    help: "rounds over what is unfinished",
    default: 10,
    commands: ["eval-set"],
  }),
  /** Before the second further round; doubles up to an hour. The first follows at once. @default 30 */
  retryWaitSeconds: setting("set", "errors", "--retry-wait <seconds>", seconds, {
    help: "before the second round; doubles up to an hour",
    default: 30,
    commands: ["eval-set"],
  }),

  /** @default "./logs" */
  logDir: setting("run", "output", "--log-dir <dir>", text, {
    help: "folder of the logs",
    default: "logs",
    env: "INSPECT_LOG_DIR",
  }),
  tags: setting("run", "output", "--tags <tags>", list, {
    help: "tags for the log, with commas",
    log: "tags",
    sources: ["flag", "run-config", "environment", ".env"],
  }),
  metadata: setting("run", "output", "--metadata <key=value...>", pairs(), { help: "kept in the log" }),
  runConfig: setting("command", "output", "--run-config <file>", text, {
    help: "YAML or JSON file of these options; flags on the command line win",
    opens: "code",
    sources: ["flag", "environment"],
  }),
  display: setting("command", "output", "--display <name>", oneOf(DISPLAYS), {
    help: "rich, plain or none",
    env: "INSPECT_DISPLAY",
  }),
  json: setting("command", "output", "--json", flag, { help: "print the results as JSON on stdout" }),
  logLevel: setting("command", "output", "--log-level <level>", oneOf(LOG_LEVELS), {
    help: "debug, info, warning or error; debug shows stacks",
    env: "INSPECT_LOG_LEVEL",
  }),
} satisfies Record<string, Setting>;
