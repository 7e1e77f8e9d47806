import { randomBytes } from "node:crypto";
import { printable, printableLine } from "@mlebench/base";
import pc from "picocolors";

/** What nobody else can write: without it, a text that has a colour code would be as good as ours. */
const SECRET = randomBytes(12).toString("hex");
const MARK = new RegExp(`\\ue000${SECRET}:(\\d+)\\ue001`);

/** Styles of our own words. They become the terminal's codes in {@link rendered}, when everything else has lost its own. */
export const style = {
  bold: styled(1, 22),
  dim: styled(2, 22),
  red: styled(31, 39),
  green: styled(32, 39),
  yellow: styled(33, 39),
  cyan: styled(36, 39),
};

function styled(open: number, close: number): (text: string) => string {
  return (text) => (pc.isColorSupported ? `${mark(open)}${text}${mark(close)}` : text);
}

function mark(code: number): string {
  return `\ue000${SECRET}:${code}\ue001`;
}

/** Text as a terminal may have it: nothing but our own styles steers it. */
export function rendered(text: string): string {
  return mapped(text, printable, (code) => `\x1b[${code}m`);
}

/** Text that stays on one line, its styles kept. */
export function oneLine(text: string): string {
  return mapped(text, printableLine, (code) => mark(Number(code)));
}

/** What is seen of a text. */
export function unstyled(text: string): string {
  return mapped(text, printable, () => "");
}

/**
 * Text of several lines that cannot be taken for lines of ours: every line but the first is indented.
 * @param text of a model, a server, a file or an error.
 */
export function continued(text: string): string {
  return text.replace(/\n(?!$|\s)/g, "\n  ");
}

function mapped(text: string, clean: (part: string) => string, codeOf: (code: string) => string): string {
  return text
    .split(MARK)
    .map((part, index) => (index % 2 === 0 ? clean(part) : codeOf(part)))
    .join("");
}
