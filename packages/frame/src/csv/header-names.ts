/** Names as pandas gives them: `Unnamed: i` for empty ones, `.1`, `.2` behind repeated ones. */
export function headerNames(raw: readonly string[]): {
  readonly names: string[];
  readonly unnamed: ReadonlySet<number>;
} {
  const unnamed = new Set<number>();
  const names = raw.map((name, index) => {
    if (name !== "") return name;
    unnamed.add(index);
    return `Unnamed: ${index}`;
  });
  // Given names come first, so that an invented one gives way.
  const order = [...names.keys()].sort((a, b) => Number(unnamed.has(a)) - Number(unnamed.has(b)));
  const counts = new Map<string, number>();
  // A set beside the list: names are looked up once per repeated name, and tables may have 10^5 columns.
  const present = new Map<string, number>();
  for (const name of names) present.set(name, (present.get(name) ?? 0) + 1);
  for (const index of order) {
    const original = names[index]!;
    let name = original;
    let count = counts.get(name) ?? 0;
    while (count > 0) {
      counts.set(original, count + 1);
      name = `${original}.${count}`;
      if ((present.get(name) ?? 0) > 0) count += 1;
      else count = counts.get(name) ?? 0;
    }
    if (name !== original) {
      present.set(original, (present.get(original) ?? 1) - 1);
      present.set(name, (present.get(name) ?? 0) + 1);
    }
    names[index] = name;
    counts.set(name, count + 1);
  }
  return { names, unnamed };
}
