import { InvalidArgumentError } from "@commander-js/extra-typings";

/** A whole number of at least `least`. */
export function wholeNumber(least = 1): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^-?\d+$/.test(text.trim()) || value < least) {
      throw new InvalidArgumentError(`It must be a whole number${least > 0 ? ` of ${least} or more` : ""}.`);
    }
    return value;
  };
}

/** A whole number, also written 500k, 1m or 1b. */
export function tokenCount(text: string): number {
  const match = /^(\d+(?:\.\d+)?)([kmb])?$/i.exec(text.trim());
  const factor = { k: 1e3, m: 1e6, b: 1e9 }[match?.[2]?.toLowerCase() ?? ""] ?? 1;
  if (!match || Number(match[1]) <= 0)
    throw new InvalidArgumentError("It must be a number such as 200000, 500k or 2m.");
  return Math.round(Number(match[1]) * factor);
}

/** `edit`, `summary:200k`: how prompts are shortened, and from how many tokens on. */
export function compaction(text: string): { strategy: "edit" | "summary" | "trim"; thresholdTokens: number } {
  const [how = "", tokens = "150k"] = text.split(":");
  return { strategy: oneOf(["edit", "summary", "trim"] as const)(how), thresholdTokens: tokenCount(tokens) };
}

/** A number, of at least `least` and at most `most` where they are given. */
export function decimal(least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isFinite(value) && value >= least && value <= most) return value;
    const range = Number.isFinite(most) ? ` from ${least} to ${most}` : ` of ${least} or more`;
    throw new InvalidArgumentError(`It must be a number${Number.isFinite(least) ? range : ""}.`);
  };
}

/** Seconds, also written 90s, 30m, 24h or 2d. */
export function seconds(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([smhd])?$/i.exec(text.trim());
  const factor = { s: 1, m: 60, h: 3600, d: 86_400 }[match?.[2]?.toLowerCase() ?? "s"] ?? 1;
  if (!match || Number(match[1]) <= 0)
    throw new InvalidArgumentError("It must be seconds, or a time such as 30m or 24h.");
  return Number(match[1]) * factor;
}

/** Collects a repeatable option; commas and blanks separate too. */
export function list(text: string, before: string[] | undefined): string[] {
  return [...(before ?? []), ...text.split(/[\s,]+/).filter((item) => item !== "")];
}

/** Texts with commas between; blanks and line ends are part of them. */
export function commaTexts(text: string): string[] {
  return text.split(",").filter((item) => item !== "");
}

/** Collects a repeatable option whose values may hold commas and blanks. */
export function repeat(text: string, before: string[] | undefined): string[] {
  return [...(before ?? []), text];
}

/** One of some words. */
export function oneOf<Word extends string>(words: readonly Word[]): (text: string) => Word {
  return (text) => {
    const found = words.find((word) => word === text);
    if (found === undefined) throw new InvalidArgumentError(`It must be one of ${words.join(", ")}.`);
    return found;
  };
}
