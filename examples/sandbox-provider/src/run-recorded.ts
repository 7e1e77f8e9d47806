import { fileURLToPath } from "node:url";
import { demoDefaults, mleBench, type RunResult, registerDemo, runEval } from "@mlebench/runner";

export interface RunRecordedOptions {
  readonly directory: string;
  /** The provider's module. */
  readonly modulePath: string;
}

/** Runs the demo in the sandboxes of a provider that is named by its module's path. */
export async function runRecorded({ directory, modulePath }: RunRecordedOptions): Promise<RunResult> {
  registerDemo();
  const { competitions } = demoDefaults();
  return runEval({
    task: await mleBench({ competitions, sandboxType: modulePath, dataDir: `${directory}/data` }),
    model: "mock/demo",
    sandboxOptions: { recordTo: `${directory}/commands.txt` },
    logDir: `${directory}/logs`,
  });
}

/** The module of this example; from `src` and from `dist` alike. */
export const RECORDING_PROVIDER = fileURLToPath(new URL("../src/recording-provider.mjs", import.meta.url));
