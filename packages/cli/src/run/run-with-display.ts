import { type RunEvalOptions, type RunResult, runEval } from "@mlebench/runner";
import type { SettingValues } from "@mlebench/runner/settings";
import { openDisplay } from "../display/display.js";
import { toStdout } from "../output/print.js";
import { printJson } from "../output/print-json.js";
import { resultJson } from "../output/result-json.js";
import { formatResults } from "../output/results-table.js";
import { terminalWidth } from "../output/table.js";
import { withInterrupts } from "./with-interrupts.js";

/** Runs, shows what happens on stderr, and prints the results on stdout. @returns the exit code. */
export async function runWithDisplay(
  evalOptions: RunEvalOptions,
  options: Pick<SettingValues, "display" | "json">,
  { isDemo }: { isDemo: boolean },
): Promise<number> {
  const { approval, task } = evalOptions;
  // A live table and questions to a person don't share a terminal.
  const display = openDisplay(
    options.display ?? (approval === undefined ? undefined : "plain"),
    task.parameters.epochs ?? 1,
  );
  let result: RunResult;
  try {
    result = await withInterrupts((signal) =>
      runEval({ ...evalOptions, signal, onEvent: (event) => display.show(event) }),
    );
  } finally {
    display.close();
  }
  if (options.json) printJson(resultJson(result));
  else toStdout(`${formatResults(result, terminalWidth(process.stdout))}\n${nextSteps(result, isDemo)}`);
  return result.exitCode;
}

function nextSteps(result: RunResult, isDemo: boolean): string {
  const lines = [`Log: ${result.logPath}`, `Submissions and code: ${result.artifactsDirectory}`];
  if (result.exitCode !== 0) lines.push(`Go on with it: mlebench run --resume ${result.logPath}`);
  else lines.push(`Look at it: mlebench log show ${result.logPath}`);
  if (isDemo) {
    lines.push(
      "",
      "That was the demo: invented data, lines set by hand, and a scripted model. Next, the real thing:",
      "  mlebench doctor                                         what this machine has and what is missing",
      "  mlebench run -c spaceship-titanic --model openai/gpt-5  needs Docker, a Kaggle account and a model's key",
    );
  }
  return `${lines.join("\n")}\n`;
}
