/** Shorter secrets would blank out ordinary words. */
const MIN_SECRET_CHARACTERS = 6;

/** What {@link createRedactor} takes besides the secrets. */
export interface RedactorOptions {
  /** What stands where a secret was. @default "[redacted]" */
  readonly replacement?: string;
}

/** Returns a copy of a JSON-like value without the secrets, or the value itself when it has none. */
export type Redactor = <T>(value: T) => T;

/**
 * Makes a function that takes secrets out of every string of a value, keys of objects included, wherever in a string
 * they stand and also in the forms in which they travel: base64 (at any alignment, standard and URL-safe), URL
 * encoding, JSON and shell escapes, hexadecimal, and the base64 of "user:secret" in a Basic header.
 * Empty entries and secrets of fewer than six characters are ignored.
 */
export function createRedactor(
  secrets: Iterable<string | undefined>,
  { replacement = "[redacted]" }: RedactorOptions = {},
): Redactor {
  const forms = new Set<string>();
  for (const secret of secrets) {
    const trimmed = secret?.trim() ?? "";
    if (trimmed.length >= MIN_SECRET_CHARACTERS) for (const form of formsOf(trimmed)) forms.add(form);
  }
  if (forms.size === 0) return (value) => value;
  // Longest first: a form that contains another one is taken out whole.
  const pattern = new RegExp(
    [...forms]
      .sort((a, b) => b.length - a.length)
      .map(escapePattern)
      .join("|"),
    "g",
  );
  const clean = (text: string): string => text.replace(pattern, replacement);
  const walk = (value: unknown): unknown => {
    if (typeof value === "string") return clean(value);
    if (Array.isArray(value)) return mapChanged(value, walk);
    if (typeof value === "object" && value !== null && isPlain(value)) return walkObject(value, clean, walk);
    return value;
  };
  return <T>(value: T): T => walk(value) as T;
}

function formsOf(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const bytes = Buffer.from(secret, "utf8");
  const percent = encodeURIComponent(secret);
  const forms = [
    secret,
    json,
    JSON.stringify(json).slice(1, -1),
    percent,
    percent.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    percent.replaceAll("%20", "+"),
    bytes.toString("hex"),
    bytes.toString("hex").toUpperCase(),
    secret.replaceAll("'", `'"'"'`),
    secret.replaceAll("'", `'\\''`),
  ];
  for (const shift of [0, 1, 2]) {
    const core = base64Core(bytes, shift);
    if (core.length >= MIN_SECRET_CHARACTERS) forms.push(core, core.replaceAll("+", "-").replaceAll("/", "_"));
  }
  return forms;
}

/** The base64 characters that depend on the secret alone when `shift` bytes (modulo 3) stand before it. */
function base64Core(secret: Buffer, shift: number): string {
  const text = Buffer.concat([Buffer.alloc(shift), secret])
    .toString("base64")
    .replaceAll("=", "");
  const first = Math.ceil((shift * 8) / 6);
  const last = Math.floor(((shift + secret.length) * 8) / 6);
  return text.slice(first, last);
}

function walkObject(value: object, clean: (text: string) => string, walk: (value: unknown) => unknown): object {
  let changed = false;
  const entries = Object.entries(value).map(([key, item]): [string, unknown] => {
    const cleanKey = clean(key);
    const cleanItem = walk(item);
    changed ||= cleanKey !== key || cleanItem !== item;
    return [cleanKey, cleanItem];
  });
  return changed ? Object.fromEntries(entries) : value;
}

function mapChanged(values: readonly unknown[], walk: (value: unknown) => unknown): readonly unknown[] {
  const walked = values.map(walk);
  return walked.some((item, index) => item !== values[index]) ? walked : values;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
