import type { CommandUnknownOpts as Command } from "@commander-js/extra-typings";
import { style } from "../output/style.js";

/** A few calls of each command, as people type them; the commands' full names are the keys. */
const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  mlebench: [
    "mlebench run --demo",
    "mlebench doctor",
    "mlebench run -c spaceship-titanic --model openai/gpt-5",
    "mlebench run mle_bench_lite --model anthropic/claude-opus-4-1 --epochs 3",
  ],
  "mlebench run": [
    "mlebench run --demo",
    "mlebench run -c spaceship-titanic --model openai/gpt-5",
    "mlebench run mle_bench_lite --model anthropic/claude-opus-4-1 --epochs 3 --max-samples 8",
    "mlebench run --split my-split.txt --protocol mle-bench --model openai/gpt-5 -T cpu_override=8",
    "mlebench run mle_bench_lite --model openai/gpt-5 --token-limit 2m --dry-run",
    "mlebench run --resume logs/<name>.eval",
  ],
  "mlebench eval-set": [
    "mlebench eval-set mle_bench_lite --model openai/gpt-5,anthropic/claude-opus-4-1 --log-dir logs/compare",
  ],
  "mlebench prepare": [
    "mlebench prepare -c spaceship-titanic",
    "mlebench prepare -c spaceship-titanic --raw-dir ~/Downloads/spaceship-titanic",
    "mlebench prepare --lite --data-dir /data/mlebench",
  ],
  "mlebench grade": ["mlebench grade --submission submissions.jsonl --output-dir report"],
  "mlebench grade-sample": ["mlebench grade-sample submission.csv spaceship-titanic"],
  "mlebench list": ["mlebench list --split low", "mlebench list --category tabular --max-size 1 --json"],
  "mlebench tos": ["mlebench tos --lite --open"],
  "mlebench image build": [
    "mlebench image build",
    "mlebench image build --target full --docker-image-name mlebench-env:full",
  ],
  "mlebench log list": ["mlebench log list --log-dir logs"],
  "mlebench log show": ["mlebench log show logs/<name>.eval"],
  "mlebench log dump": ["mlebench log dump logs/<name>.eval --header-only"],
  "mlebench log convert": ["mlebench log convert logs/<name>.eval --to json --output-dir converted"],
  "mlebench log verify": ["mlebench log verify logs/*.eval"],
  "mlebench log key export": ["mlebench log key export"],
  "mlebench log key trust": ["mlebench log key trust alice.pub"],
  "mlebench log recover": ["mlebench log recover logs/<name>.eval"],
  "mlebench score": ["mlebench score logs/<name>.eval"],
  "mlebench summary": ["mlebench summary logs/*.eval --grading-report report"],
  "mlebench leaderboard": ["mlebench leaderboard logs/*.eval --pad-missing --export submission"],
  "mlebench sandbox cleanup": ["mlebench sandbox cleanup"],
  "mlebench data status": ["mlebench data status --data-dir /data/mlebench"],
  "mlebench data verify": ["mlebench data verify spaceship-titanic"],
  "mlebench data prune": ["mlebench data prune --yes"],
  "mlebench data push": ["mlebench data push spaceship-titanic --claim competitions --data-dir /data/mlebench"],
  "mlebench view": ["mlebench view logs/<name>.eval"],
  "mlebench doctor": ["mlebench doctor"],
};

const SOURCES =
  "Every option may also come from the environment: --data-dir as MLEBENCH_DATA_DIR. A .env file may hold the same, but for\nwhat names code, sends keys or opens this machine; the environment wins over it.";
const EXIT_CODES = "Exit code: 0 done, 1 failed or partly failed, 2 wrong usage (nothing was started), 130 Ctrl-C.";

/** Adds examples and exit codes to the help of every command, and to errors of usage where the help is. */
export function withHelp<C extends Command>(program: C): C {
  for (const command of allCommands(program)) {
    const name = fullName(command);
    const examples = EXAMPLES[name] ?? [];
    const lines = examples.length > 0 ? ["", "Examples:", ...examples.map((example) => `  ${example}`)] : [];
    const sources = command.options.length > 0 && command.parent !== null ? [SOURCES] : [];
    command.addHelpText("after", [...lines, "", ...sources, EXIT_CODES].join("\n"));
    command.showHelpAfterError(`${style.cyan("hint:")} \`${name} --help\` shows how it is called.`);
  }
  return program;
}

function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allCommands)];
}

function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}
