import { camelKeys, parseMapping, parseTaskArgs } from "@mlebench/runner";
import type { Setting } from "@mlebench/runner/settings";
import { CliUsageError } from "../errors.js";

/**
 * The value of a setting out of what commander or a file has for it; undefined when that says nothing.
 * @param where for messages, for example `flag --env`.
 * @throws CliUsageError, UsageError for pairs or a mapping that are none.
 */
export function readGiven(row: Setting, given: unknown, where: string): unknown {
  const { read, bare } = row;
  if (read.kind === "pairs") return readPairs(row, given as readonly string[]);
  if (typeof given === "boolean") {
    if (row.inverted) return !given;
    if (given && bare) return bare();
    return read.isValue(given) ? given : undefined;
  }
  if (read.kind !== "mapping" || typeof given !== "string") return given;
  const value = parseMapping(given);
  if (value === undefined) throw new CliUsageError(`The value of ${where} is wrong: ${read.expects}`);
  return value;
}

function readPairs({ flag, read }: Setting, pairs: readonly string[]): Readonly<Record<string, unknown>> {
  if (read.pairValues === "text") return Object.fromEntries(pairs.map(readVariable));
  const args = parseTaskArgs(pairs, flag.split(/[ ,]/)[0]);
  return read.keys === "camel" ? camelKeys(args) : args;
}

/** The value may be a key: a message never has it. */
function readVariable(pair: string): [string, string] {
  const [, name, value] = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(pair) ?? [];
  if (name !== undefined && value !== undefined) return [name, value];
  throw new CliUsageError(
    "A value of --env is not NAME=value.",
    "For example --env OPENAI_BASE_URL=http://localhost:8000/v1.",
  );
}
