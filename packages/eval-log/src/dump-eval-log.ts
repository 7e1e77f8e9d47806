import { toJsonText } from "./json-text.js";
import { openEvalLog } from "./open-eval-log.js";
import { type ReadEvalLogOptions, resolvedSample } from "./read-eval-log.js";

/** What {@link dumpEvalLog} takes. */
export interface DumpEvalLogOptions extends ReadEvalLogOptions {
  /** Spaces per level; 0 gives one line. @default 2 */
  readonly indent?: number;
}

/**
 * A log of either kind as the text of one JSON object, piece by piece and with one sample in memory at a time. By
 * default pools are put back and attachments are not, as `inspect log dump` does it.
 */
export async function* dumpEvalLog(
  path: string,
  { header = false, resolve = "pools", indent = 2 }: DumpEvalLogOptions = {},
): AsyncGenerator<string> {
  await using log = await openEvalLog(path);
  const head = toJsonText(await log.header(), indent);
  if (header) {
    yield head;
    return;
  }
  const newLine = indent > 0 ? "\n" : "";
  const pad = " ".repeat(indent);
  // The samples go before the brace that closes the header.
  yield `${head.slice(0, -1).trimEnd()},${newLine}${pad}"samples":${indent > 0 ? " " : ""}[`;
  let separator = newLine;
  for (const { id, epoch } of log.sampleKeys()) {
    const text = toJsonText(resolvedSample(await log.sample(id, epoch), { resolve }), indent);
    yield separator + (indent > 0 ? text.replace(/^/gm, pad.repeat(2)) : text);
    separator = `,${newLine}`;
  }
  yield `${separator === newLine ? "" : newLine + pad}]${newLine}}`;
}
