/** Names of variables whose values are secret: keys, tokens and passwords of models, Kaggle and clouds. */
const SECRET_NAME = /(?:^|_)(?:API_?KEYS?|KEY|KEYS|TOKENS?|SECRETS?|PASSWORD|PASSWD|CREDENTIALS?|ACCESS_KEY_ID)$/;
/** Names that match above and hold nothing secret. */
const NOT_SECRET = /^(?:SSH_AUTH_SOCK|GOOGLE_APPLICATION_CREDENTIALS|.*_(?:MAX|NUM|LIMIT)_TOKENS)$/;

/** Values of the environment that must never reach a log or a message. */
export function secretsOf(env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(env).flatMap(([name, value]) => {
    const upper = name.toUpperCase();
    return value && SECRET_NAME.test(upper) && !NOT_SECRET.test(upper) ? [value] : [];
  });
}
