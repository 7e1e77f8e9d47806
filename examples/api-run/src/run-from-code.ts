import { demoDefaults, mleBench, type RunEvent, type RunResult, registerDemo, runEval } from "@mlebench/runner";
import { roomySandbox } from "./roomy-sandbox.js";

export interface RunFromCodeOptions {
  readonly directory: string;
  readonly onEvent?: (event: RunEvent) => void;
  readonly signal?: AbortSignal;
}

/** The demo twice, two samples at a time. With `mleBenchLite()` and a real model the same call is a real run. */
export async function runFromCode({ directory, onEvent, signal }: RunFromCodeOptions): Promise<RunResult> {
  registerDemo();
  const { competitions } = demoDefaults();
  return runEval({
    task: await mleBench({
      competitions,
      epochs: 2,
      sandboxType: "local",
      dataDir: `${directory}/data`,
      sandboxConfig: roomySandbox,
    }),
    model: "mock/demo",
    maxSamples: 2,
    logDir: `${directory}/logs`,
    tags: ["example"],
    onEvent,
    signal,
  });
}
