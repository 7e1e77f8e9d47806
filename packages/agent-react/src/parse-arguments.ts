import { messageOf } from "@mlebench/base";
import { parsePythonYaml } from "./python-yaml.js";
import { cutMiddle } from "./truncate-output.js";

/** Deeper arguments are refused; logs and viewers cannot walk them. */
const MAX_ARGUMENT_DEPTH = 100;
const TOO_DEEP = `arguments are nested more than ${MAX_ARGUMENT_DEPTH} levels deep`;
/** Longer text is taken as it is: nobody writes that much YAML for one value, and parsing it may take minutes. */
const MAX_YAML_CHARACTERS = 64 * 1024;
/** How much of unreadable arguments is echoed to the model. */
const MAX_ECHO_BYTES = 16 * 1024;

export interface ParsedArguments {
  readonly arguments: Record<string, unknown>;
  /** What the model is told instead of a result. */
  readonly parseError?: string;
}

/**
 * Reads the arguments of a tool call as a model wrote them.
 *
 * Text that starts with `{` is JSON; stray quotes after the closing brace are forgiven. Any other text is YAML (as
 * Python reads it) for the tool's first parameter, or, when it is not YAML either, that parameter's plain string.
 * @param firstParameter name of the first parameter; undefined for an unknown tool or one without parameters.
 */
export function parseArguments(text: string, firstParameter: string | undefined): ParsedArguments {
  const trimmed = text.trim();
  if (trimmed.startsWith("{")) return parseObject(trimmed);
  if (firstParameter === undefined) return { arguments: {} };
  const value = parseScalar(trimmed);
  return depthExceeds(value, MAX_ARGUMENT_DEPTH)
    ? failure(trimmed, TOO_DEEP)
    : { arguments: { [firstParameter]: value } };
}

function parseObject(text: string): ParsedArguments {
  try {
    return checked(text, JSON.parse(text));
  } catch (error) {
    const repaired = /^([\s\S]*\})\s*["'`]+\s*$/.exec(text)?.[1];
    if (repaired !== undefined) {
      try {
        return checked(text, JSON.parse(repaired));
      } catch {
        return failure(text, messageOf(error));
      }
    }
    return failure(text, messageOf(error));
  }
}

function checked(text: string, value: unknown): ParsedArguments {
  if (depthExceeds(value, MAX_ARGUMENT_DEPTH)) return failure(text, TOO_DEEP);
  return { arguments: value as Record<string, unknown> };
}

function parseScalar(text: string): unknown {
  // Tags, anchors and a lone colon mean nothing in a command line; Python's YAML refuses most of them.
  if (text.length > MAX_YAML_CHARACTERS || /^[!&:]/.test(text)) return text;
  try {
    return parsePythonYaml(text);
  } catch {
    return text;
  }
}

function failure(text: string, details: string): ParsedArguments {
  const cut = cutMiddle(text, MAX_ECHO_BYTES);
  const shown = cut ? `${cut.text}\n\n(shortened in the middle from ${cut.originalBytes} bytes)` : text;
  return {
    arguments: {},
    parseError: `The arguments of this tool call could not be parsed:\n\n${shown}\n\nDetails: ${details}`,
  };
}

/** Walks level by level instead of recursing, because the input may be built to exhaust the stack. */
function depthExceeds(value: unknown, limit: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    const next: unknown[] = [];
    for (const item of level) {
      if (typeof item === "object" && item !== null) next.push(...Object.values(item));
    }
    if (next.length > 0 && depth + 1 > limit) return true;
    level = next;
  }
  return false;
}
