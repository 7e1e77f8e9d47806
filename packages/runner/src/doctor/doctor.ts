import { spawnSync } from "node:child_process";
import { freeBytes, messageOf } from "@mlebench/base";
import { loadCredentials } from "@mlebench/kaggle-client";
import type { ProviderCheck } from "@mlebench/sandbox-compose";
import { openDataDirectory } from "../data/disk/data-directory.js";
import { hintOf, messageWithHint } from "../describe-error.js";
import { listGpus } from "../run/gpu-pool.js";
import { openProvider } from "../sandbox/open-provider.js";
import { checkDocker } from "./check-docker.js";

/** Looked at together, as one machine mostly has both. */
const BUNDLED: ReadonlySet<string> = new Set(["docker", "local"]);

/** The oldest Node that this package supports, as in its package.json. */
const OLDEST = [20, 19] as const;
/** Variables of the common providers; only whether they are set is looked at. */
const VARIABLES = [
  "OPENAI_API_KEY",
  "ANTHROPIC_API_KEY",
  "GOOGLE_API_KEY",
  "GEMINI_API_KEY",
  "OPENROUTER_API_KEY",
  "AZUREAI_API_KEY",
  "AZURE_API_KEY",
  "AWS_ACCESS_KEY_ID",
  "MISTRAL_API_KEY",
  "XAI_API_KEY",
  "GROK_API_KEY",
  "GROQ_API_KEY",
  "DEEPSEEK_API_KEY",
  "TOGETHER_API_KEY",
  "FIREWORKS_API_KEY",
];
/** The Lite split's raw data and its prepared copy, as the benchmark states it. */
const LITE_GB = 158;

/** What a look at one thing of this machine found; never a secret. */
export type Finding = ProviderCheck;

/** A finding, and whether every run needs it: keys, an account and GPUs are for some runs only. */
export interface Check extends Finding {
  readonly required: boolean;
}

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

export function checkNode(version: string = process.versions.node): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isNew = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
  if (isNew) return { name: "Node", state: "ok", facts: `version ${version}` };
  return {
    name: "Node",
    state: "missing",
    facts: `version ${version} is too old`,
    fix: `Install Node ${OLDEST.join(".")} or newer from https://nodejs.org.`,
  };
}

/** What a provider says of the place where its sandboxes run; that it can be opened is all that others tell. */
async function checkProvider(
  sandboxType: string,
  { image, sandboxOptions, env }: Pick<DoctorOptions, "image" | "sandboxOptions" | "env">,
): Promise<Finding[]> {
  const name = "Sandbox provider";
  try {
    await using provider = await openProvider(sandboxType, { sandboxOptions, env });
    const found = await provider.diagnose?.({ image });
    return found === undefined ? [{ name, state: "ok", facts: `${provider.name}; it looks at nothing` }] : [...found];
  } catch (error) {
    return [{ name, state: "missing", facts: messageWithHint(error), fix: hintOf(error) }];
  }
}

async function checkGpuHost(): Promise<Finding> {
  const gpus = await listGpus();
  if (gpus.length > 0) return { name: "GPU", state: "ok", facts: `${gpus.length} by nvidia-smi` };
  return {
    name: "GPU",
    state: "warning",
    facts: "none seen by nvidia-smi",
    fix: "Only needed with --gpu-driver and --gpu-count; then the driver and the NVIDIA Container Toolkit must be installed.",
  };
}

function checkLocalSandbox(): Finding {
  const name = "Local sandbox";
  const trial = spawnSync("bwrap", ["--version"], { encoding: "utf8" });
  if (trial.status === 0) return { name, state: "ok", facts: `${trial.stdout.trim()}; commands can be isolated` };
  return {
    name,
    state: "warning",
    facts: "bubblewrap (bwrap) is not installed; --sandbox-type local runs commands without isolation",
    fix: "Install bubblewrap, or use Docker for models you do not trust.",
  };
}

/** Whether there are credentials; whether Kaggle accepts them is seen at the first download. */
async function checkKaggle(env: Readonly<Record<string, string | undefined>>): Promise<Finding> {
  const name = "Kaggle account";
  try {
    const { source, warnings } = await loadCredentials({ env });
    const [warning] = warnings;
    if (warning) return { name, state: "warning", facts: `${source}: ${warning.message}`, fix: warning.hint };
    return { name, state: "ok", facts: `credentials from ${source}` };
  } catch (error) {
    return {
      name,
      state: "missing",
      facts: messageOf(error),
      fix: "Create a token on https://www.kaggle.com/settings and put it where the message says. Not needed for the demo or with --raw-dir.",
    };
  }
}

function checkModelKeys(env: Readonly<Record<string, string | undefined>>): Finding {
  const set = VARIABLES.filter((name) => (env[name] ?? "") !== "");
  if (set.length > 0) return { name: "Model keys", state: "ok", facts: set.join(", ") };
  return {
    name: "Model keys",
    state: "missing",
    facts: "no key of a known provider is set",
    fix: "Set one, for example OPENAI_API_KEY or ANTHROPIC_API_KEY, in the environment or in a .env file. Local servers (ollama, vllm) and mock/ models need none.",
  };
}

async function checkDataDirectory(dataDir: string): Promise<Finding> {
  const name = "Data directory";
  try {
    const directory = await openDataDirectory(dataDir);
    const freeGB = Math.floor((await freeBytes(directory)) / 1e9);
    const facts = `${directory}, ${freeGB} GB free`;
    if (freeGB >= LITE_GB) return { name, state: "ok", facts };
    return {
      name,
      state: "warning",
      facts,
      fix: `The low split needs about ${LITE_GB} GB, single competitions far less; \`mlebench list\` shows sizes. --data-dir chooses another disk.`,
    };
  } catch (error) {
    return {
      name,
      state: "missing",
      facts: messageOf(error),
      fix: "Choose a folder you may write to with --data-dir or MLEBENCH_DATA_DIR.",
    };
  }
}
