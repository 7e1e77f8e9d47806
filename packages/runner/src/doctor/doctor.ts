import type { Check, Finding } from "./check.js";
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
  /** Where sandboxes are to run. @default "docker" */
  readonly sandboxType?: string;
  /** Options of that provider. */
  readonly sandboxOptions?: Readonly<Record<string, unknown>>;
  /** @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Looks at everything that a run needs; no check throws, and none prints a secret.
 * @returns in the order in which people read it; a run is impossible while something `required` is `missing`.
 */
export async function doctor(options: DoctorOptions): Promise<Check[]> {
  const { dataDir, image, sandboxType = "docker", env = process.env } = options;
  const isBundled = BUNDLED.has(sandboxType);
  return [
    ...required(true, checkNode()),
    ...required(
      sandboxType !== "local",
      ...(isBundled ? await checkDocker(image) : await checkProvider(sandboxType, options)),
    ),
    ...(isBundled ? required(false, await checkGpuHost(), checkLocalSandbox()) : []),
    ...required(false, await checkKaggle(env), checkModelKeys(env)),
    ...required(true, await checkDataDirectory(dataDir)),
  ];
}

function required(required: boolean, ...findings: readonly Finding[]): Check[] {
  return findings.map((finding) => ({ ...finding, required }));
}
