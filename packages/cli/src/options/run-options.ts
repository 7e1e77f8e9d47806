import { type Command, Option } from "@commander-js/extra-typings";
import type { optionMaker } from "./make-option.js";
import { addProviderOptions } from "./provider-options.js";
import { commaTexts, compaction, decimal, list, oneOf, repeat, seconds, tokenCount, wholeNumber } from "./values.js";

type Make = ReturnType<typeof optionMaker>;

export const DISPLAYS = ["rich", "plain", "none"] as const;
export type DisplayName = (typeof DISPLAYS)[number];
export const LOG_LEVELS = ["debug", "info", "warning", "error"] as const;
/** The first group of the help: what a reader looks for. */
export const FIRST_GROUP = "What is run:";
const REASONING_EFFORTS = ["none", "minimal", "low", "medium", "high", "xhigh"] as const;

function whatOptions<Args extends unknown[]>(command: Command<Args>, make: Make) {
  return command
    .optionsGroup(FIRST_GROUP)
    .addOption(make("--split <name>", "bundled split (low, medium, high, all, dev, ...) or a file of ids"))
    .addOption(make("-c, --competition <id...>", "run these competitions instead of a split").argParser(list))
    .addOption(make("-T, --task-arg <key=value...>", "task parameter; the value is YAML").argParser(repeat))
    .addOption(make("--task-config <file>", "YAML or JSON file of task parameters; -T and flags win"))
    .addOption(make("--limit <N|A-B>", "the first N competitions, or those from A to B"))
    .addOption(
      make("--sample-id <pattern...>", "only competitions that match, for example 'spaceship-*'").argParser(list),
    )
    .addOption(make("--sample-shuffle [seed]", "shuffle the competitions before --limit").argParser(wholeNumber(0)))
    .addOption(make("--epochs <n>", "repeats of each competition").argParser(wholeNumber()))
    .addOption(
      make("--epochs-reducer <names>", "mean, median, mode, max, at_least_k, pass_at_k; several with commas").argParser(
        list,
      ),
    )
    .addOption(
      make("--protocol <name>", "inspect (default), mle-bench (24 hours, no message cap) or quick").argParser(
        oneOf(["inspect", "mle-bench", "quick"] as const),
      ),
    )
    .addOption(make("--solver <module>", "module of a solver that replaces the ReAct agent"))
    .addOption(
      make("-S, --solver-arg <key=value...>", "argument for the solver's context; the value is YAML").argParser(repeat),
    )
    .addOption(make("--scorer <module>", "module of a scorer that replaces the three booleans"))
    .addOption(
      make("--plug-in <module...>", "module that registers competitions, graders, providers or mock models").argParser(
        repeat,
      ),
    );
}

function dataOptions<Args extends unknown[], Opts extends Record<string, unknown>>(
  command: Command<Args, Opts>,
  make: Make,
) {
  return command
    .optionsGroup("Data:")
    .addOption(make("--data-dir <dir>", "prepared competitions (default: the user's cache folder)"))
    .addOption(make("--raw-dir <dir>", "take raw files from this folder instead of downloading them"))
    .addOption(make("--assets-dir <dir>", "upstream's descriptions, for machines without network"))
    .addOption(make("--obfuscate", "descriptions that do not tell which competition it is"))
    .addOption(make("--skip-tos-check", "do not check Kaggle's rules before downloading"));
}

function sandboxOptions<Args extends unknown[], Opts extends Record<string, unknown>>(
  command: Command<Args, Opts>,
  make: Make,
) {
  return addProviderOptions(command.optionsGroup("Sandbox:"), make)
    .addOption(make("--docker-image-name <image>", "image of the sandboxes; built when missing"))
    .addOption(make("--force-rebuild", "build the image even when it exists"))
    .addOption(make("--cpu-override <n>", "CPUs of a sandbox (default 1)").argParser(decimal(0.01)))
    .addOption(make("--mem-override <GB>", "memory of a sandbox").argParser(decimal(0.01)))
    .addOption(make("--gpu-driver <name>", "GPU driver, for example nvidia"))
    .addOption(make("--gpu-count <n>", "GPUs of a sandbox").argParser(wholeNumber()))
    .addOption(make("--compose-overrides <json>", "compose keys merged into the generated service last"))
    .addOption(make("--sandbox-config <module>", "module that makes the compose spec of a sample"))
    .addOption(make("--no-sandbox-cleanup", "leave sandboxes up and say how to enter them"));
}

function modelOptions<Args extends unknown[], Opts extends Record<string, unknown>>(
  command: Command<Args, Opts>,
  make: Make,
) {
  return command
    .optionsGroup("Model:")
    .addOption(
      new Option("--env <NAME=value...>", "environment variable of this run, never of a sandbox").argParser(repeat),
    )
    .addOption(make("--model-base-url <url>", "base URL of the model's API"))
    .addOption(
      make("-M, --model-arg <key=value...>", "argument for the model's provider; the value is YAML").argParser(repeat),
    )
    .addOption(make("--max-connections <n>", "requests to the model at a time").argParser(wholeNumber()))
    .addOption(make("--max-retries <n>", "retries of one request").argParser(wholeNumber(0)))
    .addOption(make("--timeout <seconds>", "for one request with all its retries").argParser(seconds))
    .addOption(
      make("--attempt-timeout <seconds>", "for one attempt, then it is tried again (default 1800)").argParser(seconds),
    )
    .addOption(make("--temperature <t>", "sampling temperature").argParser(decimal(0)))
    .addOption(make("--top-p <p>", "nucleus sampling").argParser(decimal(0, 1)))
    .addOption(make("--top-k <k>", "most likely tokens to sample from").argParser(wholeNumber()))
    .addOption(make("--max-tokens <n>", "tokens of one answer").argParser(tokenCount))
    .addOption(make("--seed <n>", "the model's seed").argParser(wholeNumber(0)))
    .addOption(make("--stop-seqs <texts>", "stop sequences, with commas").argParser(commaTexts))
    .addOption(make("--frequency-penalty <x>", "from -2 to 2").argParser(decimal(-2, 2)))
    .addOption(make("--presence-penalty <x>", "from -2 to 2").argParser(decimal(-2, 2)))
    .addOption(
      make("--reasoning-effort <level>", "how much a reasoning model thinks").argParser(oneOf(REASONING_EFFORTS)),
    )
    .addOption(make("--reasoning-tokens <n>", "most tokens of thinking of one answer").argParser(tokenCount))
    .addOption(make("--parallel-tool-calls", "let one answer call several tools"))
    .addOption(make("--no-parallel-tool-calls", "one tool call an answer"))
    .addOption(make("--prices <file>", "YAML or JSON file of prices, before the bundled list"));
}

/** Changes to the default agent; see AgentOptions of the runner. */
function agentOptions<Args extends unknown[], Opts extends Record<string, unknown>>(
  command: Command<Args, Opts>,
  make: Make,
) {
  return command
    .optionsGroup("Agent:")
    .addOption(make("--python-tool", "also give the agent a tool that runs Python"))
    .addOption(make("--show-exit-code", "tell the model the exit code of a command that failed"))
    .addOption(make("--show-output-on-timeout", "tell the model what a command printed before it timed out"))
    .addOption(
      make("--max-tool-output <bytes>", "of one tool call; 0 for all (default 16384)").argParser(wholeNumber(0)),
    )
    .addOption(
      make("--max-stalls <n>", "turns without a tool call that end a sample (no cap)").argParser(wholeNumber()),
    )
    .addOption(make("--retry-refusals <n>", "ask again when the content filter stopped").argParser(wholeNumber(0)))
    .addOption(
      make("--truncation <how>", "auto: go on with the latest messages when the context is full").argParser(
        oneOf(["disabled", "auto"] as const),
      ),
    )
    .addOption(
      make("--compaction <how[:tokens]>", "edit, summary or trim prompts of so many tokens (150k)").argParser(
        compaction,
      ),
    )
    .addOption(make("--approval <who>", "human, a policy file or a module that decides about tool calls"));
}

function limitOptions<Args extends unknown[], Opts extends Record<string, unknown>>(
  command: Command<Args, Opts>,
  make: Make,
) {
  return command
    .optionsGroup("Limits:")
    .addOption(make("--max-messages <n>", "messages of one conversation (default 30)").argParser(wholeNumber()))
    .addOption(make("--message-limit <n>", "wins over --max-messages").argParser(wholeNumber()))
    .addOption(make("--turn-limit <n>", "generations of one sample").argParser(wholeNumber()))
    .addOption(make("--token-limit <n>", "tokens of one sample").argParser(tokenCount))
    .addOption(
      make("--time-limit <seconds>", "for the agent, downloads not counted (also 30m, 24h)").argParser(seconds),
    )
    .addOption(
      make("--working-limit <seconds>", "like --time-limit without waits for the model's limits").argParser(seconds),
    )
    .addOption(make("--cost-limit <dollars>", "of one sample").argParser(decimal(0)))
    .addOption(make("--command-timeout <seconds>", "for one command of the agent (default 360)").argParser(seconds))
    .addOption(make("--grading-timeout <seconds>", "for grading one submission (default 600)").argParser(seconds))
    .addOption(
      make("--validation-timeout <seconds>", "for one call of the validation endpoint (default 300)").argParser(
        seconds,
      ),
    )
    .addOption(
      make("--grading-memory <MiB>", "of one grading (default half of the machine's)").argParser(wholeNumber(64)),
    )
    .addOption(make("--max-samples <n>", "samples at a time").argParser(wholeNumber()))
    .addOption(make("--max-sandboxes <n>", "sandboxes at a time (default twice the CPUs)").argParser(wholeNumber()));
}

function errorOptions<Args extends unknown[], Opts extends Record<string, unknown>>(
  command: Command<Args, Opts>,
  make: Make,
) {
  return command
    .optionsGroup("Errors:")
    .addOption(make("--fail-on-error [value]", "true, false, a count or a share of errored samples that fails the run"))
    .addOption(make("--no-fail-on-error", "go on whatever happens to single samples"))
    .addOption(make("--continue-on-fail", "run all samples before the run fails"))
    .addOption(
      make("--retry-on-error [n]", "run an errored sample again, n times (default 1)").argParser(wholeNumber(0)),
    )
    .addOption(make("--score-on-error", "score what an errored sample left"))
    .addOption(make("--no-score", "do not score; `mlebench score` does it later"));
}

function outputOptions<Args extends unknown[], Opts extends Record<string, unknown>>(
  command: Command<Args, Opts>,
  make: Make,
) {
  return command
    .optionsGroup("Log and output:")
    .addOption(make("--log-dir <dir>", "folder of the logs (default ./logs)"))
    .addOption(make("--tags <tags>", "tags for the log, with commas").argParser(list))
    .addOption(make("--metadata <key=value...>", "kept in the log").argParser(repeat))
    .addOption(make("--run-config <file>", "YAML or JSON file of these options; flags on the command line win"))
    .addOption(make("--display <name>", "rich, plain or none").argParser(oneOf(DISPLAYS)))
    .addOption(make("--json", "print the results as JSON on stdout"));
}

/** Adds everything that run and eval-set have in common, in the groups of their help. */
export function addRunOptions<Args extends unknown[]>(command: Command<Args>, make: Make) {
  const placed = sandboxOptions(dataOptions(whatOptions(command, make), make), make);
  const limited = limitOptions(agentOptions(modelOptions(placed, make), make), make);
  return outputOptions(errorOptions(limited, make), make);
}

/** The values of the options above. */
export type RunOptions = ReturnType<ReturnType<typeof addRunOptions>["opts"]> & {
  /** The pairs of `-T` by where they came from. */
  readonly taskArgLayers?: Readonly<Record<"cli" | "config" | "env", readonly string[]>>;
};
