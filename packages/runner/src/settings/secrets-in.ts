import { createRedactor } from "@mlebench/eval-log";
import { REDACTED } from "./redacted.js";

/** Names of variables and settings whose values are secret: keys, tokens and passwords of models, Kaggle and clouds. */
const SECRET_NAME =
  /(?:^|_)(?:API_?KEYS?|APIKEY|KEY|KEYS|TOKENS?|SECRETS?|PASSWORD|PASSWD|CREDENTIALS?|ACCESS_KEY_ID|AUTHORIZATION)$/;
/** Names that match above and hold nothing secret. */
const NOT_SECRET = /^(?:SSH_AUTH_SOCK|GOOGLE_APPLICATION_CREDENTIALS|.*_(?:MAX|NUM|LIMIT)_TOKENS)$/;

/** A value of any setting as a message may show it. */
export function withoutSecrets<Value>(value: Value): Value {
  const headers: unknown = typeof value === "object" && value !== null ? Reflect.get(value, "headers") : undefined;
  const url = typeof value === "string" ? value : undefined;
  const secrets = [...secretsIn(value), ...secretHeaders(headers), ...passwordOf(url)];
  return createRedactor(secrets, { replacement: REDACTED })(value);
}

/** Secrets among settings: by their names at any depth, as `NAME=value`, and after `Bearer`. */
export function secretsIn(value: unknown, name = ""): string[] {
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
export function secretHeaders(headers: unknown): string[] {
  if (typeof headers !== "object" || headers === null) return [];
  return Object.values(headers).filter(
    (value): value is string => typeof value === "string" && /^(?=.*\d)(?=.*[a-z])[^\s,;]{16,}$/i.test(value),
  );
}

/** The password of an address, or the token that stands in the place of a name. */
export function passwordOf(url: string | undefined): string[] {
  if (url === undefined || !URL.canParse(url)) return [];
  const { username, password } = new URL(url);
  // A name without a password is a token.
  const secret = password === "" ? username : password;
  return secret === "" ? [] : [secret, decodeURIComponent(secret)];
}

/** Whether a variable or setting of this name holds a secret. */
export function isSecretName(name: string): boolean {
  const upper = name
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .replaceAll("-", "_")
    .toUpperCase();
  return SECRET_NAME.test(upper) && !NOT_SECRET.test(upper);
}
