/**
 * Shell-style pattern match as Python's fnmatch does it: `*`, `?`, `[abc]`, `[!abc]`; case matters; `*` matches
 * any text, slashes included.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let source = "";
  for (let index = 0; index < pattern.length; index += 1) {
    const character = pattern[index]!;
    if (character === "*") source += ".*";
    else if (character === "?") source += ".";
    else if (character === "[") {
      const end = pattern.indexOf("]", pattern[index + 1] === "!" ? index + 3 : index + 2);
      if (end === -1) source += "\\[";
      else {
        const inside = pattern
          .slice(index + 1, end)
          .replaceAll("\\", "\\\\")
          .replaceAll("]", "\\]");
        source += `[${inside.startsWith("!") ? `^${inside.slice(1)}` : inside.replace(/^\^/, "\\^")}]`;
        index = end;
      }
    } else source += character.replace(/[\\^$.|+(){}\]]/g, "\\$&");
  }
  return new RegExp(`^${source}$`, "s").test(text);
}
