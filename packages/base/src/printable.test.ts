import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { printable, printableJson, printableLine } from "./printable.js";

describe("makes visible", () => {
  it.each([
    ["clearing the screen", "\x1b[2Jboom", "\\x1b[2Jboom"],
    ["the window's title", "\x1b]0;owned\x07", "\\x1b]0;owned\\x07"],
    [
      "a link that says something else",
      "\x1b]8;;http://evil\x1b\\ok\x1b]8;;\x1b\\",
      "\\x1b]8;;http://evil\\x1b\\ok\\x1b]8;;\\x1b\\",
    ],
    ["writing to the clipboard", "\x1b]52;c;Y3VybA==\x07", "\\x1b]52;c;Y3VybA==\\x07"],
    ["asking the terminal, which types the answer", "\x1b[6n\x1b[c", "\\x1b[6n\\x1b[c"],
    ["hiding text", "\x1b[8mrm -rf ~\x1b[0m", "\\x1b[8mrm -rf ~\\x1b[0m"],
    ["an 8-bit control sequence", "\x9b2J\x90q\x9c", "\\x9b2J\\x90q\\x9c"],
    ["going back over the line", "rm -rf ~\rls", "rm -rf ~\\rls"],
    ["rubbing out", "rm\b\b  \x7f", "rm\\x08\\x08  \\x7f"],
    ["the bell and form feeds", "\x07\f\v\0", "\\x07\\x0c\\x0b\\x00"],
    ["an override of the direction", "ls \u202egpj.exe", "ls \\u202egpj.exe"],
    ["isolates of the direction", "\u2066a\u2069\u2067b", "\\u2066a\\u2069\\u2067b"],
    ["marks of the direction", "a\u200eb\u200fc\u061cd", "a\\u200eb\\u200fc\\u061cd"],
    ["a blank of no width in a name", "open\u200bai", "open\\u200bai"],
    ["a joiner in a name", "open\u200dai/gpt\u200c5", "open\\u200dai/gpt\\u200c5"],
    ["a soft hyphen and a byte order mark", "a\u00adb\ufeffc", "a\\u00adb\\ufeffc".replace("\\u00ad", "\\xad")],
    ["letters that are blank", "a\u3164b\u115fc", "a\\u3164b\\u115fc"],
    ["invisible tags with words in them", "a\u{e0068}\u{e0069}", "a\\u{e0068}\\u{e0069}"],
    ["selectors with words in them", "a\ufe01\u{e0101}", "a\\ufe01\\u{e0101}"],
    ["separators of lines that are no line ends", "a\u2028b\u2029c\x85d", "a\\u2028b\\u2029c\\x85d"],
    ["half a character", "a\ud800b\udc00", "a\\ud800b\\udc00"],
    ["characters of nobody", "a\ue000\uffff", "a\\ue000\\uffff"],
  ])("%s", (_attack, text, shown) => {
    expect(printable(text)).toBe(shown);
    expect(printableLine(text)).toBe(shown);
  });

  it("line ends and tabs where a text has one line", () => {
    expect(printableLine("a\nb\tc\r\n")).toBe("a\\nb\\tc\\r\\n");
    expect(printable("a\nb\tc")).toBe("a\nb\tc");
  });

  it("marks that pile up over other lines", () => {
    expect(printable(`a${"\u0301".repeat(500)}b`)).toBe(`a${"\u0301".repeat(8)}b`);
  });
});

it("leaves people's writing alone", () => {
  for (const text of ["naïve Ünïcödé", "日本語", "العربية", "می‌خواهم", "क्‍ष", "👩‍🔬 👍🏽 ❤️ 🏳️‍🌈 1️⃣", "e\u0301", "─│"]) {
    expect(printableLine(text)).toBe(text);
  }
});

it("leaves nothing that steers, whatever the text, and nothing to do a second time", () => {
  const hostile = fc.string({
    unit: fc.constantFrom("\x1b", "[", "2J", "\x9b", "\u202e", "\ud83d", "\udc69", "\u200d", "a", "\n", "👩"),
  });
  fc.assert(
    fc.property(fc.oneof(hostile, fc.string({ unit: "binary" })), (text) => {
      const shown = printableLine(text);
      expect(shown).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
      expect(shown).not.toMatch(/\p{Cs}/u);
      expect(printableLine(shown)).toBe(shown);
    }),
  );
});

it("escapes JSON without changing what it says, in pieces too", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.nat(), (text, at) => {
      const json = JSON.stringify({ [text]: text }, null, 2);
      const cut = at % json.length;
      const shown = printableJson(json.slice(0, cut)) + printableJson(json.slice(cut));
      expect(JSON.parse(shown)).toEqual({ [text]: text });
      expect(shown).not.toMatch(/[\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
    }),
  );
});
