import { createRedactor, type Redactor } from "@mlebench/eval-log";
import { REDACTED } from "../settings/redacted.js";
import type { RunEvalOptions } from "./run-options.js";

/** Names of variables and settings whose values are secret: keys, tokens and passwords of models, Kaggle and clouds. */
const SECRET_NAME =
  /(?:^|_)(?:API_?KEYS?|APIKEY|KEY|KEYS|TOKENS?|SECRETS?|PASSWORD|PASSWD|CREDENTIALS?|ACCESS_KEY_ID|AUTHORIZATION)$/;
/** Names that match above and hold nothing secret. */
const NOT_SECRET = /^(?:SSH_AUTH_SOCK|GOOGLE_APPLICATION_CREDENTIALS|.*_(?:MAX|NUM|LIMIT)_TOKENS)$/;

/** Takes the secrets of a run's environment and settings out of whatever is written. */
export function redactorOf(options: RunEvalOptions): Redactor {
  const { task, modelOptions, generate, sandboxOptions, solverArgs, metadata, env = process.env } = options;
  return createRedactor(
    [
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

/** Secrets among settings: by their names at any depth, as `NAME=value`, and after `Bearer`. */
function secretsIn(value: unknown, name = ""): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => secretsIn(item, name));
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([key, item]) => secretsIn(item, key));
  }
  if (typeof value !== "string") return [];
  if (isSecretName(name)) return [value.replace(/^(?:Bearer|Basic)\s+/i, "")];
  const [, key, text] = /^([\w-]+)=([\s\S]+)$/.exec(value) ?? [];
  return key !== undefined && text !== undefined && isSecretName(key) ? [text] : [];
}

/** A user's own headers often hold tokens under names that do not say so; their values look like it. */
function secretHeaders(headers: unknown): string[] {
  if (typeof headers !== "object" || headers === null) return [];
  return Object.values(headers).filter(
    (value): value is string => typeof value === "string" && /^(?=.*\d)(?=.*[a-z])[^\s,;]{16,}$/i.test(value),
  );
}

function passwordOf(url: string | undefined): string[] {
  if (url === undefined || !URL.canParse(url)) return [];
  const { username, password } = new URL(url);
  // A name without a password is a token.
  const secret = password === "" ? username : password;
  return secret === "" ? [] : [secret, decodeURIComponent(secret)];
}

function isSecretName(name: string): boolean {
  const upper = name
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .replaceAll("-", "_")
    .toUpperCase();
  return SECRET_NAME.test(upper) && !NOT_SECRET.test(upper);
}
