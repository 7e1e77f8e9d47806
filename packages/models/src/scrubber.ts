/** What a server may echo of a key: the key itself, or its usual shapes with some characters starred out. */
const KEY_SHAPES =
  /\b(?:sk|gsk|xai|key|pplx|fw|AIza|hf)[-_A-Za-z0-9]*[-_][-_A-Za-z0-9*.…]{8,}|\bBearer\s+\S+|\bAIza[-_A-Za-z0-9]{20,}/g;
const SHORTEST_SECRET = 6;

/** Makes a function that removes the given secrets, and whatever looks like a key, from a text. */
export function scrubber(secrets: ReadonlyArray<string | undefined>): (text: string) => string {
  const known = secrets.filter((secret) => secret !== undefined && secret.length >= SHORTEST_SECRET) as string[];
  return (text) => {
    let clean = text;
    for (const secret of known) clean = clean.replaceAll(secret, "[secret]");
    return clean.replace(KEY_SHAPES, "[secret]");
  };
}
