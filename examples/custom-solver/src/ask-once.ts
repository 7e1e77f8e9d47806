import type { Solver } from "@mlebench/runner";
import { generateText } from "ai";

const CODE_BLOCK = /```(?:sh|bash)?\n([\s\S]*?)```/;

/**
 * Asks the model once for a script and runs it: no loop, no tools. A baseline for what an agent's loop is worth.
 * Select it with `mlebench run --solver ./ask-once.mjs` once it is compiled, or give it to `mleBench({ solver })`.
 */
export const askOnce: Solver = async (state, { model, sandbox, commandTimeoutSeconds, agentUser, signal }) => {
  const { text, usage } = await generateText({
    model: model.languageModel,
    system: "Answer with one shell script in a code block. It is run once, and nobody reads its output.",
    prompt: state.input,
    abortSignal: signal,
  });
  const script = CODE_BLOCK.exec(text)?.[1];
  const ran =
    script === undefined
      ? undefined
      : await sandbox.exec(["bash", "-c", script], {
          user: agentUser,
          timeoutSeconds: commandTimeoutSeconds,
          signal,
        });
  return {
    ...state,
    messages: [
      { id: "question", role: "user", content: state.input },
      { id: "answer", role: "assistant", content: text, source: "generate", model: model.id },
    ],
    output: { completion: text },
    submitted: script !== undefined,
    usage: {
      input_tokens: usage.inputTokens ?? 0,
      output_tokens: usage.outputTokens ?? 0,
      total_tokens: usage.totalTokens ?? 0,
    },
    // Kept in the log with the sample.
    store: { exitCode: ran?.exitCode, stdout: ran?.stdout.slice(0, 2000), stderr: ran?.stderr.slice(0, 2000) },
  };
};
