/** Inspect's limit on what a tool tells the model. */
export const DEFAULT_MAX_TOOL_OUTPUT_BYTES = 16 * 1024;

/** A text without its middle. */
export interface MiddleCut {
  readonly text: string;
  readonly originalBytes: number;
}

/**
 * Keeps the first floor(n/2) and the last n-floor(n/2) bytes of a text, with nothing between.
 * A character that a cut runs through is dropped.
 * @returns undefined when the text fits (or `maxBytes` is 0, which means no limit).
 */
export function cutMiddle(text: string, maxBytes: number): MiddleCut | undefined {
  if (maxBytes === 0) return undefined;
  const bytes = Buffer.from(text, "utf8");
  if (bytes.length <= maxBytes) return undefined;
  const headBytes = Math.floor(maxBytes / 2);
  const head = bytes.subarray(0, startOfCharacter(bytes, headBytes));
  const tail = bytes.subarray(endOfCharacter(bytes, bytes.length - (maxBytes - headBytes)));
  return { text: head.toString("utf8") + tail.toString("utf8"), originalBytes: bytes.length };
}

/** What a model is shown of a tool's output. */
export interface ToolOutput {
  readonly text: string;
  /** [bytes before, limit] when the text was cut, as the log wants it. */
  readonly truncated?: readonly [originalBytes: number, maxBytes: number];
}

/** Cuts a tool's output to the limit; a cut one says so around it, in the words a model of an Inspect run sees. */
export function truncateToolOutput(tool: string, output: string, maxBytes: number): ToolOutput {
  const cut = cutMiddle(output, maxBytes);
  if (cut === undefined) return { text: output };
  const text = [
    "",
    `The output of your call to ${tool} was too long to be displayed.`,
    "Here is a truncated version:",
    "<START_TOOL_OUTPUT>",
    cut.text,
    "<END_TOOL_OUTPUT>",
    "",
  ].join("\n");
  return { text, truncated: [cut.originalBytes, maxBytes] };
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

/** The last position at or before `index` where no character is split. */
function startOfCharacter(bytes: Uint8Array, index: number): number {
  let position = index;
  while (position > 0 && isContinuation(bytes[position])) position -= 1;
  return position;
}

/** The first position at or after `index` where no character is split. */
function endOfCharacter(bytes: Uint8Array, index: number): number {
  let position = index;
  while (position < bytes.length && isContinuation(bytes[position])) position += 1;
  return position;
}
