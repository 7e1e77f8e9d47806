import type { MockScriptInput } from "@mlebench/models";
import { TRAIN_SCRIPT } from "./train-script.js";

/** The name after `mock/`. */
export const DEMO_MODEL = "demo";

/**
 * What the demo's model says, turn by turn. Its commands really run: the data is read, a model is trained, the
 * validation endpoint is asked. Paths are relative to the agent's home, so that any sandbox will do.
 */
export const DEMO_SCRIPT: MockScriptInput = {
  turns: [
    {
      text: "I begin with the description of the competition.",
      bash: "cat data/description.md && ls -l data",
    },
    {
      text: "Now the data itself.",
      bash: "head -n 5 data/train.csv && wc -l data/*.csv && head -n 3 data/sample_submission.csv",
    },
    {
      text: "A clear, still night in the valley matters most, so I use products of these in a logistic regression. I check it on a fifth of the nights first.",
      bash: `cat > code/train.mjs <<'SCRIPT'\n${TRAIN_SCRIPT}SCRIPT\nnode code/train.mjs`,
    },
    {
      text: "Before I hand this in, I let its form be checked.",
      bash: "./validate_submission.sh submission/submission.csv",
    },
    {
      text: "The prediction column has the wrong name; the sample submission calls it Frost. I mend the script and check again.",
      bash: `node -e '
const { readFileSync, writeFileSync } = require("node:fs");
const path = "code/train.mjs";
writeFileSync(path, readFileSync(path, "utf8").replace("const TARGET = \\"Prediction\\"", "const TARGET = \\"Frost\\""));
' && node code/train.mjs && ./validate_submission.sh submission/submission.csv && head -n 3 submission/submission.csv`,
    },
    { text: "The submission is valid.", submit: "submission/submission.csv is written and valid." },
  ],
};
