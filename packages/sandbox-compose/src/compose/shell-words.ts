/**
 * Splits a command line into words as a POSIX shell would, without expanding anything: quotes and backslashes only.
 * Compose does the same with a `command` or `entrypoint` given as one string.
 * @throws RangeError on an unfinished quote or escape
 */
export function shellWords(line: string): string[] {
  const words: string[] = [];
  let word = "";
  let inWord = false;
  let quote: '"' | "'" | undefined;
  for (let index = 0; index < line.length; index += 1) {
    const character = line.charAt(index);
    if (quote === "'") {
      if (character === "'") quote = undefined;
      else word += character;
    } else if (character === "\\" && (quote === undefined || '"\\$`\n'.includes(line.charAt(index + 1)))) {
      index += 1;
      if (index >= line.length) throw new RangeError("the command ends in a backslash");
      word += line.charAt(index);
      inWord = true;
    } else if (quote === '"') {
      if (character === '"') quote = undefined;
      else word += character;
    } else if (character === '"' || character === "'") {
      quote = character;
      inWord = true;
    } else if (/\s/.test(character)) {
      if (inWord) words.push(word);
      word = "";
      inWord = false;
    } else {
      word += character;
      inWord = true;
    }
  }
  if (quote !== undefined) throw new RangeError(`the command has an unfinished ${quote}`);
  if (inWord) words.push(word);
  return words;
}
