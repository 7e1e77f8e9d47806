import { messageOf } from "@mlebench/base";

const NAME = "[A-Za-z_][A-Za-z0-9_]*";
const PLAIN = new RegExp(`^${NAME}`);
/** References in the defaults of one another. */
const MOST_LEVELS = 16;
const BRACED = new RegExp(`^(${NAME})(?:(:?[-?+])(.*))?$`, "s");

/**
 * Replaces `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME:?message}` and `${NAME:+other}` as Compose does, also within
 * one another; `$$` is a dollar.
 * @param variables what may be referred to; nothing else is, so that a file cannot read your environment.
 * @throws RangeError that names the variable when it is missing and has no default, or the reference when it is none
 */
export function interpolate(text: string, variables: Readonly<Record<string, string>>, level = 0): string {
  if (level > MOST_LEVELS) throw new RangeError(`more than ${MOST_LEVELS} references within one another`);
  let result = "";
  let at = 0;
  for (;;) {
    const dollar = text.indexOf("$", at);
    if (dollar < 0) return result + text.slice(at);
    result += text.slice(at, dollar);
    const rest = text.slice(dollar + 1);
    const plain = PLAIN.exec(rest)?.[0];
    if (rest.startsWith("{")) {
      const length = insideLength(rest);
      const [, name, operator = "", word = ""] = BRACED.exec(rest.slice(1, length + 1)) ?? [];
      if (length < 0 || name === undefined) {
        throw new RangeError(
          `$${rest.slice(0, 20)} is not a reference such as \${NAME:-default}; a dollar is written $$`,
        );
      }
      result += referredValue(name, operator, word, variables, level + 1);
      at = dollar + length + 3;
    } else {
      result += rest.startsWith("$") || plain === undefined ? "$" : referredValue(plain, "", "", variables, level + 1);
      at = dollar + 1 + (rest.startsWith("$") ? 1 : (plain?.length ?? 0));
    }
  }
}

/** Characters between the brace that the text begins with and its partner; -1 when there is none. */
function insideLength(text: string): number {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    if (text.charAt(index) === "{" && (index === 0 || text.charAt(index - 1) === "$")) depth += 1;
    else if (text.charAt(index) === "}") depth -= 1;
    if (depth === 0) return index - 1;
  }
  return -1;
}

function referredValue(
  name: string,
  operator: string,
  word: string,
  variables: Readonly<Record<string, string>>,
  level: number,
): string {
  const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
  const present = value !== undefined && (!operator.startsWith(":") || value !== "");
  if (operator.endsWith("+")) return present ? interpolate(word, variables, level) : "";
  if (present) return value;
  if (operator.endsWith("-")) return interpolate(word, variables, level);
  if (operator.endsWith("?")) throw new RangeError(`variable ${name} is not given${word === "" ? "" : `: ${word}`}`);
  throw new RangeError(`variable ${name} is not given and has no default (\${${name}:-default})`);
}

/** {@link interpolate} on every string value of a tree; keys stay as they are. */
export function interpolateTree(
  tree: unknown,
  variables: Readonly<Record<string, string>>,
  onProblem: (path: string, message: string) => void,
): unknown {
  return mapStrings(tree, (text, path) => {
    try {
      return interpolate(text, variables);
    } catch (error) {
      onProblem(path, messageOf(error));
      return text;
    }
  });
}

/** A tree with each of its string values replaced. */
export function mapStrings(value: unknown, replace: (text: string, path: string) => string, path = ""): unknown {
  if (typeof value === "string") return replace(value, path);
  if (Array.isArray(value)) return value.map((item, index) => mapStrings(item, replace, `${path}[${index}]`));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => {
    return [key, mapStrings(item, replace, path === "" ? key : `${path}.${key}`)];
  });
  return Object.fromEntries(entries);
}
