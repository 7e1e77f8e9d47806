import { defineConfig, type Options } from "tsup";
import shared from "../../tsup.shared.js";

const options = shared as Options;

export default defineConfig({
  ...options,
  // Beside what the package exports: the programs of the processes that grade and prepare, the thread that watches these, and the demo's
  // grader, which the former loads by its path.
  entry: {
    ...(options.entry as Record<string, string>),
    "grading-process": "src/grading/grading-process.ts",
    "preparation-process": "src/data/preparation/preparation-process.ts",
    "process-guard": "src/child-process/process-guard.ts",
    "demo-plug-in": "src/demo/demo-plug-in.ts",
  },
});
