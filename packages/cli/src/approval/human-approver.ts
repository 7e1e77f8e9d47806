import { createInterface } from "node:readline";
import type { ApprovalDecision, ApprovalRequest, Approver } from "@mlebench/runner";
import { CliUsageError } from "../errors.js";
import { toStderr } from "../output/print.js";
import { oneLine, style } from "../output/style.js";

const QUESTION = "Run it? [y]es, [n]o, or [t]erminate the sample; a reason may follow: ";
const ANSWER = /^\s*(y|n|t)(?:[a-z]*)(?:\s+(.+?))?\s*$/i;

/** Asks whoever sits at the terminal, one call after the other. */
export function humanApprover(input: NodeJS.ReadStream = process.stdin): Approver {
  const nextLine = lineReader(input);
  let last: Promise<unknown> = Promise.resolve();
  return {
    name: "human",
    approve(request) {
      const answer = last.then(() => ask(request, nextLine));
      last = answer.catch(() => undefined);
      return answer;
    },
  };
}

async function ask(
  { call, message, view, signal }: ApprovalRequest,
  nextLine: () => Promise<string | undefined>,
): Promise<ApprovalDecision> {
  signal.throwIfAborted();
  const shown = view?.content ?? JSON.stringify(call.arguments, null, 2);
  toStderr(
    `\n${message === "" ? "" : `${quoted(message)}\n\n`}${style.bold(`The agent wants to call ${oneLine(call.function)}:`)}\n${quoted(shown)}\n`,
  );
  for (;;) {
    toStderr(QUESTION);
    const line = await nextLine();
    if (line === undefined) {
      throw new CliUsageError(
        "Nobody answers: the input has ended.",
        "Run in a terminal, or give a module that decides.",
      );
    }
    const [, letter, reason] = ANSWER.exec(line) ?? [];
    if (letter === undefined) continue;
    const decision = ({ y: "approve", n: "reject", t: "terminate" } as const)[letter.toLowerCase() as "y" | "n" | "t"];
    return { decision, ...(reason === undefined ? {} : { explanation: reason }) };
  }
}

/** The model's words, none of which can stand where ours stand. */
function quoted(text: string): string {
  return text
    .split("\n")
    .map((line) => `  | ${line}`)
    .join("\n");
}

/** Lines of the input one by one; the input is at rest between them, so that it keeps no process alive. */
function lineReader(input: NodeJS.ReadStream): () => Promise<string | undefined> {
  const lines: string[] = [];
  let hasEnded = false;
  let notify: () => void = () => undefined;
  let reader: ReturnType<typeof createInterface> | undefined;
  return async () => {
    if (reader === undefined) {
      reader = createInterface({ input });
      reader.on("line", (line) => {
        lines.push(line);
        notify();
      });
      reader.on("close", () => {
        hasEnded = true;
        notify();
      });
    }
    while (lines.length === 0 && !hasEnded) {
      reader.resume();
      await new Promise<void>((resolve) => {
        notify = resolve;
      });
    }
    if (!hasEnded) reader.pause();
    return lines.shift();
  };
}
