import type { Check } from "./check.js";
import { checkDataDirectory } from "./check-data-directory.js";
import { checkDocker } from "./check-docker.js";
import { checkGpuHost } from "./check-gpu-host.js";
import { checkKaggle } from "./check-kaggle.js";
import { checkLocalSandbox } from "./check-local-sandbox.js";
import { checkModelKeys } from "./check-model-keys.js";
import { checkNode } from "./check-node.js";
import { checkProvider } from "./check-provider.js";

/** Looked at together, as one machine mostly has both. */
const BUNDLED: ReadonlySet<string> = new Set(["docker", "local"]);

/** What {@link doctor} takes. */
export interface DoctorOptions {
  readonly dataDir: string;
  readonly image: string;
  /** Where sandboxes are to run, when that is neither Docker nor this machine. */
  readonly sandboxType?: string;
  /** Options of that provider. */
  readonly sandboxOptions?: Readonly<Record<string, unknown>>;
  /** @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Looks at everything that a run needs; no check throws, and none prints a secret. */
export async function doctor(options: DoctorOptions): Promise<Check[]> {
  const { dataDir, image, sandboxType, env = process.env } = options;
  return [
    checkNode(),
    ...(sandboxType === undefined || BUNDLED.has(sandboxType)
      ? [...(await checkDocker(image)), await checkGpuHost(), checkLocalSandbox()]
      : await checkProvider(sandboxType, options)),
    await checkKaggle(env),
    checkModelKeys(env),
    await checkDataDirectory(dataDir),
  ];
}
