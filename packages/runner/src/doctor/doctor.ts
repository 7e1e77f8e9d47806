import type { Check } from "./check.js";
import { checkDataDirectory } from "./check-data-directory.js";
import { checkDocker } from "./check-docker.js";
import { checkGpuHost } from "./check-gpu-host.js";
import { checkKaggle } from "./check-kaggle.js";
import { checkLocalSandbox } from "./check-local-sandbox.js";
import { checkModelKeys } from "./check-model-keys.js";
import { checkNode } from "./check-node.js";

export interface DoctorOptions {
  readonly dataDir: string;
  readonly image: string;
  /** @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Looks at everything that a run needs; no check throws, and none prints a secret. */
export async function doctor({ dataDir, image, env = process.env }: DoctorOptions): Promise<Check[]> {
  return [
    checkNode(),
    ...(await checkDocker(image)),
    await checkGpuHost(),
    checkLocalSandbox(),
    await checkKaggle(env),
    checkModelKeys(env),
    await checkDataDirectory(dataDir),
  ];
}
