/**
 * What steers a terminal, hides, or changes the order of what is seen: control characters (with ESC, C1 and DEL), characters
 * that are never shown, directions of writing, separators of lines and halves of surrogate pairs.
 */
const STEERING =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\ufff9-\ufffc\ufffe\uffff\p{Co}]/gu;
/** Invisible, and part of writing: emoji of several, and letters of Arabic and Indic scripts that join or do not. */
const JOINED =
  /(?<=\p{Extended_Pictographic}|\ufe0f|[\u{1f3fb}-\u{1f3ff}])\u200d(?=\p{Extended_Pictographic})|(?<=[\p{sc=Arabic}\p{sc=Syriac}\p{sc=Mongolian}\p{sc=Devanagari}\p{sc=Bengali}\p{sc=Gurmukhi}\p{sc=Gujarati}\p{sc=Oriya}\p{sc=Tamil}\p{sc=Telugu}\p{sc=Kannada}\p{sc=Malayalam}\p{sc=Sinhala}\p{sc=Khmer}])[\u200c\u200d](?=[\p{L}\p{M}])|(?<=\p{Emoji}|\u20e3)[\ufe0e\ufe0f]/uy;
/** Marks upon one character; more of them grow over the lines around. */
const MOST_MARKS = 8;
const MARKS = new RegExp(`(\\p{M}{${MOST_MARKS}})\\p{M}+`, "gu");

/**
 * Text that may be anybody's, so that it can be shown on a terminal: what would steer it is written as an escape such as
 * `\x1b` or `\u202e`. Line ends and tabs stay.
 */
export function printable(text: string): string {
  return cleaned(text, (character) => character === "\n" || character === "\t");
}

/** {@link printable} for what has to stay on one line: a name, a cell of a table. Line ends and tabs are escaped too. */
export function printableLine(text: string): string {
  return cleaned(text, () => false);
}

/**
 * JSON that means the same and can be shown on a terminal: within its texts, what JSON allows to stand as it is and what
 * would steer is escaped. Takes pieces of JSON as well.
 */
export function printableJson(json: string): string {
  return json.replace(STEERING, (found) => {
    if (found === "\n" || found === "\t" || found === "\r") return found;
    return Array.from({ length: found.length }, (_, at) => `\\u${hex(found.charCodeAt(at), 4)}`).join("");
  });
}

function cleaned(text: string, stays: (character: string) => boolean): string {
  const marked = text.replace(MARKS, "$1");
  return marked.replace(STEERING, (found, at: number) => {
    if (stays(found)) return found;
    JOINED.lastIndex = at;
    if (JOINED.test(marked)) return found;
    const code = found.codePointAt(0)!;
    if (found === "\n") return "\\n";
    if (found === "\t") return "\\t";
    if (found === "\r") return "\\r";
    if (code <= 0xff) return `\\x${hex(code, 2)}`;
    return code <= 0xffff ? `\\u${hex(code, 4)}` : `\\u{${hex(code, 1)}}`;
  });
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, "0");
}
