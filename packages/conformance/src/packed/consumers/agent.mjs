import { bashTool, runReact, submitTool } from "@mlebench/agent-react";
import { scriptedModel } from "@mlebench/agent-react/testing";

const commands = [];
const sandbox = {
  async exec(command) {
    commands.push(command.at(-1));
    return { exitCode: 0, stdout: "hi\n", stderr: "", timedOut: false };
  },
};
const model = scriptedModel([
  { toolCalls: [{ name: "bash", arguments: { command: "echo hi" } }] },
  { toolCalls: [{ name: "submit", arguments: { answer: "done" } }] },
]);
const { submitted, answer } = await runReact({
  model,
  sandbox,
  instructions: "Use the tools, then submit.",
  input: "Say hi.",
  tools: [bashTool(), submitTool()],
});
console.log(JSON.stringify({ submitted, answer, commands }));
