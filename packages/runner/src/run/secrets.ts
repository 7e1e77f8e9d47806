import { createRedactor, type Redactor } from "@mlebench/eval-log";
import { REDACTED } from "../settings/redacted.js";
import { isSecretName, passwordOf, secretHeaders, secretsIn } from "../settings/secrets-in.js";
import type { RunEvalOptions } from "./run-options.js";

/**
 * Takes the secrets of a run's environment and settings out of whatever is written.
 * @param more secrets of neither of them.
 */
export function redactorOf(options: RunEvalOptions, more: readonly string[] = []): Redactor {
  const { task, modelOptions, generate, sandboxOptions, solverArgs, metadata, env = process.env } = options;
  return createRedactor(
    [
      ...more,
      ...Object.entries(env).flatMap(([name, value]) => (value && isSecretName(name) ? [value] : [])),
      ...secretsIn([
        modelOptions?.args,
        generate?.extraBody,
        generate?.headers,
        sandboxOptions,
        solverArgs,
        task.parameters.composeOverrides,
        metadata,
      ]),
      ...secretHeaders(modelOptions?.args?.["headers"]),
      ...secretHeaders(generate?.headers),
      ...passwordOf(modelOptions?.baseUrl),
    ],
    { replacement: REDACTED },
  );
}
