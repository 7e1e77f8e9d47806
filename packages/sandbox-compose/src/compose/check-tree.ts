/** Characters of a spec, all its texts together. */
export const LONGEST_SPEC = 2 ** 20;
/** Lists and maps within one another. */
export const MOST_LEVELS = 64;
/** Values of a spec, each counted as often as it is referred to. */
export const MOST_VALUES = 20_000;

/**
 * What keeps a tree from being taken apart: circles, more levels, values or text than a spec has, and keys that would be
 * taken for something else. Looks at no more than the limits, whatever the tree is.
 * @returns undefined for an ordinary tree.
 */
export function treeProblem(tree: unknown): string | undefined {
  let values = 0;
  let characters = 0;
  const waiting: { readonly value: unknown; readonly level: number }[] = [{ value: tree, level: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, level } = next;
    values += 1;
    if (values > MOST_VALUES) return `(top): more than ${MOST_VALUES} values, or values that hold themselves`;
    if (typeof value === "string") characters += value.length;
    if (characters > LONGEST_SPEC) return `(top): more than ${LONGEST_SPEC} characters`;
    if (typeof value !== "object" || value === null) continue;
    if (level === MOST_LEVELS) return `(top): more than ${MOST_LEVELS} levels deep, or values that hold themselves`;
    for (const [key, item] of Object.entries(value)) {
      if (key === "__proto__") return "(top): unsupported key __proto__";
      characters += Array.isArray(value) ? 0 : key.length;
      waiting.push({ value: item, level: level + 1 });
    }
  }
  return undefined;
}
