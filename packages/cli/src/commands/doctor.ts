import { type Check, DEFAULT_IMAGE, defaultDataDirectory, doctor } from "@mlebench/runner";
import pc from "picocolors";
import { EXIT } from "../errors.js";
import { printJson } from "../output/print-json.js";
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
    process.stdout.write(`${MARKS[state]} ${pc.bold(name)}: ${facts}\n`);
    if (fix !== undefined) process.stdout.write(`          ${pc.cyan("fix:")} ${fix}\n`);
  }
  if (stopping.length > 0)
    process.stderr.write(`No run is possible yet: see ${stopping.map(({ name }) => name).join(", ")}.\n`);
}

const MARKS: Record<Check["state"], string> = {
  ok: pc.green("ok     "),
  warning: pc.yellow("warning"),
  missing: pc.red("missing"),
};
