import {
  describeChange,
  describeVerification,
  type EvalLogVerification,
  knownLogKeys,
  verifyEvalLog,
} from "@mlebench/runner";
import { EXIT } from "../errors.js";
import { toStdout } from "../output/print.js";
import { printJson } from "../output/print-json.js";
import { oneLine } from "../output/style.js";

/** A log that cannot be read is told beside the others. */
type Outcome = EvalLogVerification | { readonly status: "unreadable"; readonly path: string; readonly error: string };

/** `mlebench log verify`: exit code 0 only when every log is whole, unchanged, and sealed by the user or a key they trust. */
export async function logVerify(paths: readonly string[], options: { readonly json?: true }): Promise<void> {
  const keys = await knownLogKeys();
  const outcomes: Outcome[] = [];
  for (const path of paths) {
    outcomes.push(
      await verifyEvalLog(path, { keys }).catch((error: unknown) => {
        if (!(error instanceof Error)) throw error;
        return { status: "unreadable" as const, path, error: error.message };
      }),
    );
  }
  if (options.json) printJson(outcomes.map((outcome) => ({ verified: isVerified(outcome), ...outcome })));
  else for (const outcome of outcomes) toStdout(describe(outcome));
  if (!outcomes.every(isVerified)) process.exitCode = EXIT.failure;
}

function isVerified(outcome: Outcome): boolean {
  return outcome.status === "sealed" && outcome.by !== "unknown" && outcome.isFinished;
}

function describe(outcome: Outcome): string {
  if (outcome.status === "unreadable") return `${oneLine(`${outcome.path}: unreadable: ${outcome.error}`)}\n`;
  const line = `${oneLine(`${outcome.path}: ${describeVerification(outcome)}`)}\n`;
  if (outcome.status !== "changed") return line;
  const more = outcome.more > 0 ? [`  and ${outcome.more} more\n`] : [];
  return [line, ...outcome.changes.map((change) => `  ${oneLine(describeChange(change))}\n`), ...more].join("");
}
