import { registerMockScript } from "@mlebench/models";
import { demoDefaults, mleBench, type RunResult, registerDemo, runEval } from "@mlebench/runner";
import { askOnce } from "./ask-once.js";

const ANSWER = `The evening's temperature says most:

\`\`\`sh
awk -F, 'NR == 1 { print "NightId,Frost"; next } { print $1 "," 1 / (1 + exp($2)) }' data/test.csv > submission/submission.csv
\`\`\``;

/** Runs the demo competition with the solver and a model that always gives the same answer. */
export async function runAskOnce(directory: string): Promise<RunResult> {
  registerDemo();
  registerMockScript("one-script", { turns: [{ text: ANSWER }] });
  const { competitions } = demoDefaults();
  return runEval({
    task: await mleBench({ competitions, sandboxType: "local", dataDir: `${directory}/data`, solver: askOnce }),
    model: "mock/one-script",
    logDir: `${directory}/logs`,
  });
}
