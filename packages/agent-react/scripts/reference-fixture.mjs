// Writes the facts of an Inspect run that the loop must reproduce: what the model said, what the commands printed, and
// the sequence of messages, results and limits that followed. Texts that are Inspect's own (its prompts) are left out.
// Usage: node scripts/reference-fixture.mjs OUTPUT.json DUMP.json...      (a dump is what `inspect log dump` prints)
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [output, ...dumps] = process.argv.slice(2);
const samples = dumps.flatMap((path) => {
  const log = JSON.parse(readFileSync(path, "utf8"));
  return log.samples.map((sample) => facts(sample, log));
});
writeFileSync(output, `${JSON.stringify(samples, undefined, 1)}\n`);

function facts(sample, log) {
  const react = log.plan.steps.find((step) => step.solver === "react");
  const timeoutSeconds = react.params.tools.find((tool) => tool.name === "bash").params.timeout;
  const generations = sample.events.filter((event) => event.event === "model");
  const turns = generations.map(({ output: { choices, usage } }) => ({
    text: choices[0].message.content,
    toolCalls: (choices[0].message.tool_calls ?? []).map((call) => ({
      id: call.id,
      name: call.function,
      arguments: call.arguments,
    })),
    usage: { input_tokens: usage.input_tokens, output_tokens: usage.output_tokens },
  }));
  const commands = turns.flatMap((turn) => turn.toolCalls.map((call) => call.arguments.command)).filter(Boolean);
  const tools = sample.events.filter((event) => event.event === "tool");
  return {
    name: `${sample.id}, epoch ${sample.epoch}, message limit ${log.eval.config.message_limit}`,
    options: {
      messageLimit: log.eval.config.message_limit,
      maxToolOutputBytes: log.plan.config.max_tool_output ?? null,
      timeoutSeconds,
    },
    turns,
    commands: Object.fromEntries(commands.map((command) => [command, run(command, timeoutSeconds)])),
    tools: generations[0].tools,
    expected: {
      messages: sample.messages.map((message) => ({
        role: message.role,
        ...(message.role === "assistant" ? { text: message.content } : {}),
        ...(message.tool_calls ? { calls: message.tool_calls.map((call) => call.id) } : {}),
        ...(message.role === "tool"
          ? { call: message.tool_call_id, function: message.function, content: message.content }
          : {}),
        ...(message.error ? { error: message.error } : {}),
      })),
      toolEvents: tools.map((event) => ({
        call: event.id,
        function: event.function,
        view: event.view ?? null,
        truncated: event.truncated ?? null,
      })),
      completion: sample.output.completion,
      stopReason: sample.output.choices[0].stop_reason,
      limit: sample.limit ?? null,
      usage: Object.values(sample.model_usage)[0],
      turns: sample.turn_count,
    },
  };
}

/** What the command prints, run again here. Inspect's local sandbox forgets what was printed before a timeout. */
function run(command, timeoutSeconds) {
  const cwd = mkdtempSync(join(tmpdir(), "reference-"));
  const result = spawnSync("bash", ["-c", command], { cwd, encoding: "utf8", timeout: timeoutSeconds * 1000 });
  if (result.signal !== null) return { timedOut: true, exitCode: 124, stdout: "", stderr: "" };
  return { timedOut: false, exitCode: result.status, stdout: result.stdout, stderr: result.stderr };
}
