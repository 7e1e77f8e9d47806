import type { RunDefaults } from "../run/run-options.js";
import { list } from "../settings/readers.js";
import { snakeCase } from "../settings/setting.js";
import { valuesAt } from "../settings/setting-values.js";
import { loggedSettings } from "../task/logged-settings.js";
import { readLogTrust } from "../trust/log-trust.js";
import { requireGiven } from "../trust/require-given.js";

/** What {@link resumeDefaults} takes. */
export interface ResumeDefaultsOptions {
  /** Names of the settings that are given elsewhere: a log of somebody else need not be believed for these. @default none */
  readonly given?: Iterable<string>;
}

/**
 * What a log says of how it was run, so that resuming it needs nothing but its path. Of a log that is neither the user's own
 * nor of a key that they trust, nothing is taken that runs code, is sent a key or opens this host.
 * @throws EvalLogError when it cannot be read; UsageError `RUNNER_FOREIGN_LOG` naming all that has to be given again.
 */
export async function resumeDefaults(
  logPath: string,
  { given = [] }: ResumeDefaultsOptions = {},
): Promise<RunDefaults> {
  const trust = await readLogTrust(logPath);
  const { why } = trust;
  const spec = trust.header.eval;
  const logged = loggedSettings(spec, logPath);
  const openings = trust.openings(logged);
  requireGiven(openings, { logPath, why, command: "mlebench run --resume", given: new Set(given) });
  const left = new Set(openings.map(({ name }) => name));
  const settings = Object.fromEntries(Object.entries(logged).filter(([name]) => !left.has(name)));
  const competitions = spec.task_args_passed?.["competitions"];
  const agent = valuesAt("agent", settings);
  const taskArgs = { ...valuesAt("task", settings), ...valuesAt("module", settings) };
  return {
    taskName: spec.task,
    taskArgs: Object.fromEntries(Object.entries(taskArgs).map(([name, value]) => [snakeCase(name), value])),
    competitions: list.isValue(competitions) ? competitions : undefined,
    model: left.has("model") ? undefined : spec.model,
    run: {
      resumeLog: logPath,
      ...valuesAt("run", settings),
      modelOptions: valuesAt("modelOptions", settings),
      generate: valuesAt("generate", settings),
      ...(Object.keys(agent).length > 0 && { agent }),
    },
  };
}
