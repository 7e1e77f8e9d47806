const NAME = "[A-Za-z_][A-Za-z0-9_]*";
const REFERENCE = new RegExp(`\\$(?:\\$|(${NAME})|\\{(${NAME})(?:(:?[-?+])([^}]*))?\\})`, "g");

/**
 * Replaces `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME:?message}` and `${NAME:+other}` as Compose does; `$$` is a dollar.
 * @param variables what may be referred to; nothing else is, so that a file cannot read your environment.
 * @throws RangeError that names the variable when it is missing and has no default
 */
export function interpolate(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replace(REFERENCE, (whole, plain?: string, braced?: string, operator = "", word = "") => {
    if (whole === "$$") return "$";
    const name = plain ?? braced ?? "";
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    const present = value !== undefined && (!operator.startsWith(":") || value !== "");
    if (operator.endsWith("+")) return present ? word : "";
    if (present) return value;
    if (operator.endsWith("-")) return word;
    if (operator.endsWith("?")) throw new RangeError(`variable ${name} is not given${word === "" ? "" : `: ${word}`}`);
    throw new RangeError(`variable ${name} is not given and has no default (\${${name}:-default})`);
  });
}

/** {@link interpolate} on every string value of a tree; keys stay as they are. */
export function interpolateTree(
  value: unknown,
  variables: Readonly<Record<string, string>>,
  onProblem: (path: string, message: string) => void,
  path = "",
): unknown {
  if (typeof value === "string") {
    try {
      return interpolate(value, variables);
    } catch (error) {
      onProblem(path, error instanceof Error ? error.message : String(error));
      return value;
    }
  }
  if (Array.isArray(value)) {
    return value.map((item, index) => interpolateTree(item, variables, onProblem, `${path}[${index}]`));
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      interpolateTree(item, variables, onProblem, path === "" ? key : `${path}.${key}`),
    ]),
  );
}
