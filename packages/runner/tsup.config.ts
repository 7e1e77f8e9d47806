import { defineConfig, type Options } from "tsup";
import shared from "../../tsup.shared.js";

const program: Options = {
  // Beside the index: the program of the grading process, and the demo's grader, which that process loads by its path.
  entry: {
    index: "src/index.ts",
    "grading-process": "src/grading/grading-process.ts",
    "demo-plug-in": "src/demo/demo-plug-in.ts",
  },
};

export default defineConfig({ ...(shared as Options), ...program });
