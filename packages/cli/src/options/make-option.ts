import { Option } from "@commander-js/extra-typings";
import { CliUsageError } from "../errors.js";

const YES = new Set(["1", "true", "yes", "on"]);
const NO = new Set(["0", "false", "no", "off"]);

/** Inspect's names for options that do not follow the rule INSPECT_EVAL_<OPTION>. */
const INSPECT_NAMES: Readonly<Record<string, string>> = {
  "log-dir": "INSPECT_LOG_DIR",
  "log-level": "INSPECT_LOG_LEVEL",
  display: "INSPECT_DISPLAY",
  "model-arg": "INSPECT_EVAL_MODEL_ARGS",
  "task-arg": "INSPECT_EVAL_TASK_ARGS",
  "solver-arg": "INSPECT_EVAL_SOLVER_ARGS",
};

/**
 * Makes options that also come from the environment: `MLEBENCH_<OPTION>` first, then Inspect's name.
 * A flag counts as given for 1, true, yes and on; an empty variable counts as not set.
 */
export function optionMaker(env: NodeJS.ProcessEnv) {
  return function option<Flags extends string>(flags: Flags, description: string): Option<Flags> {
    const made = new Option(flags, description);
    const long = (made.long ?? "").replace(/^--/, "");
    const names = [`MLEBENCH_${upper(long)}`, INSPECT_NAMES[long] ?? `INSPECT_EVAL_${upper(long)}`];
    const present = names.find((name) => (env[name] ?? "") !== "");
    if (made.isBoolean() || made.negate) {
      if (present !== undefined && isYes(present, env[present]!)) made.env(present);
    } else made.env(present ?? names[0]!);
    return made;
  };
}

function isYes(name: string, value: string): boolean {
  const lower = value.toLowerCase();
  if (YES.has(lower)) return true;
  if (NO.has(lower)) return false;
  throw new CliUsageError(`The environment variable ${name} is "${value}".`, "Set it to true or false.");
}

function upper(name: string): string {
  return name.replaceAll("-", "_").toUpperCase();
}
