import { type Check, DEFAULT_IMAGE, defaultDataDirectory, doctor } from "@mlebench/runner";
import { EXIT } from "../errors.js";
import { toStderr, toStdout } from "../output/print.js";
import { printJson } from "../output/print-json.js";
import { style } from "../output/style.js";
import { chosenProvider, type ProviderChoice } from "../run/chosen-provider.js";

/** `mlebench doctor` */
export async function doctorCommand(
  options: ProviderChoice & { readonly dataDir?: string; readonly dockerImageName?: string; readonly json?: true },
): Promise<void> {
  const checks = await doctor({
    dataDir: options.dataDir ?? defaultDataDirectory(),
    image: options.dockerImageName ?? DEFAULT_IMAGE,
    ...chosenProvider(options),
  });
  const stopping = checks.filter(({ required, state }) => required && state === "missing");
  if (stopping.length > 0) process.exitCode = EXIT.failure;
  if (options.json) return printJson(checks);
  for (const { name, state, facts, fix } of checks) {
    toStdout(`${MARKS[state]} ${style.bold(name)}: ${facts}\n`);
    if (fix !== undefined) toStdout(`          ${style.cyan("fix:")} ${fix}\n`);
  }
  if (stopping.length > 0) toStderr(`No run is possible yet: see ${stopping.map(({ name }) => name).join(", ")}.\n`);
}

const MARKS: Record<Check["state"], string> = {
  ok: style.green("ok     "),
  warning: style.yellow("warning"),
  missing: style.red("missing"),
};
