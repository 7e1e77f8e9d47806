import { withoutSecrets } from "../settings/secrets-in.js";
import { longFlag, type Opening, openingFromLog, type Setting } from "../settings/setting.js";
import { rowsOf, type SettingValues } from "../settings/setting-values.js";
import { shellQuote } from "./shell-quote.js";

/** A longer value is shortened: nobody could look at it in a message. */
const MAX_CHARACTERS = 4000;

/** A setting of a log that gives something away when it is taken from there. */
export interface LogOpening {
  /** Of the setting. */
  readonly name: string;
  readonly opens: Opening;
  /** How it is given again: flags and values as a shell takes them, without secrets. */
  readonly flags: string;
}

/** Everything among the settings of a log that runs code, sends a key or opens this host when it is taken from there. */
export function logOpenings(values: SettingValues): readonly LogOpening[] {
  return rowsOf().flatMap((row) => {
    const value: unknown = Reflect.get(values, row.name);
    const opens = isNothing(value) ? undefined : openingFromLog(row, value);
    return opens === undefined ? [] : [{ name: row.name, opens, flags: flagsFor(row, withoutSecrets(value)) }];
  });
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === "object" && Object.keys(value).length === 0);
}

function flagsFor({ flag, read }: Setting, value: unknown): string {
  const name = longFlag(flag);
  const words =
    read.kind === "words"
      ? [value].flat().map(String)
      : read.kind === "pairs"
        ? Object.entries(Object(value)).map(([key, item]) => `${key}=${JSON.stringify(item)}`)
        : [typeof value === "object" ? JSON.stringify(value) : String(value)];
  return words.map((word) => `${name} ${shellQuote(shortened(word))}`).join(" ");
}

function shortened(text: string): string {
  return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}…` : text;
}
