import { UsageError } from "../errors.js";
import type { Opening } from "../settings/setting.js";
import type { LogOpening } from "./log-openings.js";
import { shellQuote } from "./shell-quote.js";

const WORDS: Readonly<Record<Opening, string>> = {
  code: "runs code",
  key: "is sent a key",
  host: "opens this host",
};

/**
 * Refuses to go on with a log of somebody else as long as something that it names was not given again.
 * @param command what was called, for example `mlebench run --resume`.
 * @param given names of the settings that were given elsewhere.
 * @throws UsageError `RUNNER_FOREIGN_LOG` that lists all of them with their flags.
 */
export function requireGiven(
  openings: readonly LogOpening[],
  {
    logPath,
    why,
    command,
    given,
  }: { readonly logPath: string; readonly why: string; readonly command: string; readonly given: ReadonlySet<string> },
): void {
  const missing = openings.filter(({ name }) => !given.has(name));
  if (missing.length === 0) return;
  const lines = missing.map(({ opens, flags }) => `  ${WORDS[opens].padEnd(15)}  ${flags}`);
  throw new UsageError({
    code: "RUNNER_FOREIGN_LOG",
    message: `${logPath} ${why}. It names what can do harm, and nothing of that is taken from it:\n${lines.join("\n")}`,
    hint: `Look at each, then give it again with the value that you want: ${command} ${shellQuote(logPath)} ${missing
      .map(({ flags }) => flags)
      .join(" ")}\nFor a log of somebody you trust, take their key once: \`mlebench log key trust FILE\`.`,
  });
}
