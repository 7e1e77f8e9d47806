type Mapping = Readonly<Record<string, unknown>>;

/**
 * How a value of a setting is written and what it may be.
 *
 * `value` is one text, `words` are several whose values are put together, `flag` is true or false, `pairs` are
 * `key=value` (a mapping in a file) that several sources fill key by key, `mapping` is YAML or JSON.
 */
export interface Reader<Value> {
  readonly kind: "value" | "words" | "flag" | "pairs" | "mapping";
  /** What a text means; undefined when it means nothing. Pairs and mappings are read by `readPairs` and `readMapping`. */
  read(text: string): Value | undefined;
  /** Whether a value from JavaScript, YAML or a log is one. */
  isValue(value: unknown): value is Value;
  /** What it must be, as a sentence for messages. */
  readonly expects: string;
  /** How the keys of pairs are spelled in the options: as written, or `podTimeout` for `pod_timeout`. */
  readonly keys?: "snake" | "camel";
  /** What the values of pairs are. @default "yaml" */
  readonly pairValues?: "yaml" | "text";
}

/** A text that is not empty. */
export const text: Reader<string> = {
  kind: "value",
  // The command line has its own word for an empty one.
  read: (given) => given,
  isValue: (value): value is string => typeof value === "string" && value !== "",
  expects: "It must be a text.",
};

/** `N` or `A-B`. */
export const range: Reader<string> = {
  kind: "value",
  read: (given) => (given === "" ? given : checked(given, range.isValue)),
  isValue: (value): value is string => typeof value === "string" && /^\s*\d+(-\d+)?\s*$/.test(value),
  expects: "It must be a count or a range, such as --limit 10 or --limit 10-20.",
};

/** True or false. */
export const flag: Reader<boolean> = {
  kind: "flag",
  read: (given) => (given === "true" ? true : given === "false" ? false : undefined),
  isValue: (value): value is boolean => typeof value === "boolean",
  expects: "It must be true or false.",
};

/** A whole number of at least `least`. */
export function wholeNumber(least = 1): Reader<number> {
  const isValue = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= least;
  return {
    kind: "value",
    read: (given) => checked(/^\s*-?\d+\s*$/.test(given) ? Number(given) : undefined, isValue),
    isValue,
    expects: `It must be a whole number${least > 0 ? ` of ${least} or more` : ""}.`,
  };
}

/** A whole number of tokens, also written 500k, 1m or 1b. */
export const tokenCount: Reader<number> = {
  kind: "value",
  read: (given) => {
    const match = /^(\d+(?:\.\d+)?)([kmb])?$/i.exec(given.trim());
    const factor = { k: 1e3, m: 1e6, b: 1e9 }[match?.[2]?.toLowerCase() ?? ""] ?? 1;
    return checked(Math.round(Number(match?.[1]) * factor), tokenCount.isValue);
  },
  isValue: (value): value is number => Number.isSafeInteger(value) && Number(value) > 0,
  expects: "It must be a number such as 200000, 500k or 2m.",
};

/** A number, of at least `least` and at most `most` where they are given. */
export function decimal(least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY): Reader<number> {
  const isValue = (value: unknown): value is number =>
    typeof value === "number" && Number.isFinite(value) && value >= least && value <= most;
  const range = Number.isFinite(most) ? ` from ${least} to ${most}` : ` of ${least} or more`;
  return {
    kind: "value",
    read: (given) => checked(given.trim() === "" ? undefined : Number(given), isValue),
    isValue,
    expects: `It must be a number${Number.isFinite(least) ? range : ""}.`,
  };
}

/** Seconds, also written 90s, 30m, 24h or 2d. */
export const seconds: Reader<number> = {
  kind: "value",
  read: (given) => {
    const match = /^(\d+(?:\.\d+)?)\s*([smhd])?$/i.exec(given.trim());
    const factor = { s: 1, m: 60, h: 3600, d: 86_400 }[match?.[2]?.toLowerCase() ?? "s"] ?? 1;
    const value = Number(match?.[1]) * factor;
    return value > 0 ? value : undefined;
  },
  isValue: (value): value is number => typeof value === "number" && value >= 0,
  expects: "It must be seconds, or a time such as 30m or 24h.",
};

/** One of some words. */
export function oneOf<const Word extends string>(words: readonly Word[]): Reader<Word> {
  const isValue = (value: unknown): value is Word => words.some((word) => word === value);
  return {
    kind: "value",
    read: (given) => checked(given, isValue),
    isValue,
    expects: `It must be one of ${words.join(", ")}.`,
  };
}

/** One of some words where people write it; whatever a model knows where a program gives it. */
export function usually(words: readonly string[]): Reader<string> {
  return { ...oneOf(words), isValue: text.isValue };
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === "string");

function texts(split: (given: string) => string[]): Reader<readonly string[]> {
  return { kind: "words", read: split, isValue: isTexts, expects: "It must be a list of texts." };
}

/** Several texts; commas and blanks separate them. */
export const list = texts((given) => given.split(/[\s,]+/).filter((item) => item !== ""));
/** Several texts, with commas between; blanks and line ends are part of them. */
export const commaTexts = texts((given) => given.split(",").filter((item) => item !== ""));
/** Several texts, each given by itself; commas and blanks are part of them. */
export const repeated = texts((given) => [given]);

/** One text or several; commas separate them. */
export const oneOrMore: Reader<string | readonly string[]> = {
  kind: "words",
  read: commaTexts.read,
  isValue: (value): value is string | readonly string[] =>
    text.isValue(value) || (isTexts(value) && value.length > 0 && !value.includes("")),
  expects: "It must be a text, or a list of texts.",
};

/** Also null, which says that there is none. */
export function orNull<Value>(reader: Reader<Value>): Reader<Value | null> {
  return { ...reader, isValue: (value): value is Value | null => value === null || reader.isValue(value) };
}

/** Whether a value is an object of keys: no list and not null. */
export const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A mapping in YAML or JSON. */
export const mapping: Reader<Record<string, unknown>> = {
  kind: "mapping",
  read: () => undefined,
  isValue: isMapping,
  expects: 'It must be a mapping of keys, for example {"shm_size": "4gb"}.',
};

/** A mapping of names to texts in YAML or JSON. */
export const textMapping: Reader<Record<string, string>> = {
  kind: "mapping",
  read: () => undefined,
  isValue: (value): value is Record<string, string> => isMapping(value) && isTexts(Object.values(value)),
  expects: 'It must be a mapping of names to texts, for example {"x-team": "red"}.',
};

/** True or false as Inspect writes it for what is on anyway: `auto` is true. */
export const autoFlag: Reader<boolean> = {
  kind: "value",
  read: (given) => (given === "auto" ? true : flag.read(given)),
  isValue: flag.isValue,
  expects: "It must be auto, true or false.",
};

/** `key=value`, whose value is YAML. */
export function pairs(keys: "snake" | "camel" = "snake"): Reader<Mapping> {
  return { kind: "pairs", read: () => undefined, isValue: isMapping, expects: "It must be a mapping of keys.", keys };
}

/** `NAME=text`. */
export const textPairs: Reader<Readonly<Record<string, string>>> = {
  kind: "pairs",
  read: () => undefined,
  isValue: (value): value is Readonly<Record<string, string>> => isMapping(value) && isTexts(Object.values(value)),
  expects: "It must be a mapping of names to texts.",
  pairValues: "text",
};

/**
 * When errors of samples fail the run: `true` at the first, `false` never, a number of 1 or more at so many errors,
 * a number below 1 at that share of all samples.
 */
export type FailOnError = boolean | number;

/** When errors of samples fail a run: true, false, a count or a share. */
export const failOnError: Reader<FailOnError> = {
  kind: "value",
  read: (given) => flag.read(given) ?? checked(given.trim() === "" ? undefined : Number(given), failOnError.isValue),
  isValue: (value): value is FailOnError =>
    typeof value === "boolean" || (typeof value === "number" && value > 0 && (value < 1 || Number.isInteger(value))),
  expects: "It must be true, false, a count such as 3, or a share below 1 such as 0.2.",
};

/** How prompts are shortened, and from how many tokens on. */
export interface Compaction {
  readonly strategy: "edit" | "summary" | "trim";
  readonly thresholdTokens: number;
}

const STRATEGIES = ["edit", "summary", "trim"] as const;

/** `edit`, `summary:200k`. */
export const compaction: Reader<Compaction> = {
  kind: "value",
  read: (given) => {
    const [how = "", tokens = "150k"] = given.split(":");
    const strategy = STRATEGIES.find((each) => each === how);
    const thresholdTokens = tokenCount.read(tokens);
    return strategy && thresholdTokens ? { strategy, thresholdTokens } : undefined;
  },
  isValue: (value): value is Compaction =>
    isMapping(value) &&
    STRATEGIES.some((each) => each === value["strategy"]) &&
    tokenCount.isValue(value["thresholdTokens"]),
  expects: "It must be one of edit, summary, trim, with tokens where they matter, such as summary:200k.",
};

function checked<Value>(value: unknown, isValue: (value: unknown) => value is Value): Value | undefined {
  return isValue(value) ? value : undefined;
}
