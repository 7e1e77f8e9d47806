import { defineConfig, type Options } from "tsup";
import shared from "../../tsup.shared.js";

const program: Options = {
  // Beside the index: the table of settings, which a help needs without all the rest, the programs of the processes that grade and prepare, the thread that watches these, and the demo's
  // grader, which the former loads by its path.
  entry: {
    index: "src/index.ts",
    "settings/index": "src/settings/index.ts",
    "grading-process": "src/grading/grading-process.ts",
    "preparation-process": "src/data/preparation-process.ts",
    "process-guard": "src/child-process/process-guard.ts",
    "demo-plug-in": "src/demo/demo-plug-in.ts",
  },
};

export default defineConfig({ ...(shared as Options), ...program });
