import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readEvalLog } from "@mlebench/runner";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CliResult, runCli } from "../test-support/run-cli.js";

const DEMO = ["run", "-c", "demo-frost-alert", "--sandbox-type", "local", "--data-dir", "data", "--display", "plain"];

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "mlebench-agent-options-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function run(script: string, args: readonly string[], answers?: string) {
  await writeFile(join(directory, "model.yaml"), script);
  const result: CliResult = await runCli([...DEMO, "--model", "mock/model.yaml", "--json", ...args], {
    cwd: directory,
    stdin: answers === undefined ? "ignore" : "pipe",
    onChild: (child) => child.stdin?.end(answers),
  });
  expect(result.stderr).not.toMatch(/^error:/m);
  const log = await readEvalLog(join(directory, JSON.parse(result.stdout).log));
  return { result, log, sample: log.samples![0]! };
}

const tools = (messages: readonly { role: string }[] = []) => messages.filter(({ role }) => role === "tool");

describe("the options of the agent", () => {
  it("change what the model sees, and are noted in the log", async () => {
    const script = `turns:
  - python: print(6 * 7)
  - bash: echo ${"x".repeat(300)}; exit 3
  - text: I think.
  - text: I think again.
end: repeat
`;
    const { log, sample } = await run(script, [
      ...["--python-tool", "--show-exit-code", "--max-tool-output", "100", "--max-stalls", "2"],
      ...["--compaction", "edit:1m", "--truncation", "auto"],
    ]);
    const [python, bash] = tools(sample.messages);
    expect(python).toMatchObject({ function: "python", content: "42\n" });
    expect(JSON.stringify(bash)).toContain("[exit code 3]");
    expect(JSON.stringify(bash)).toContain("START_TOOL_OUTPUT");
    expect(sample.limit).toMatchObject({ type: "custom", limit: 2 });
    expect(log.eval.metadata?.["agent"]).toEqual({
      python: true,
      showExitCode: true,
      maxToolOutputBytes: 100,
      maxStalls: 2,
      truncation: "auto",
      compaction: { strategy: "edit", thresholdTokens: 1_000_000 },
    });
  });

  it("don't go together with a solver that replaces it", async () => {
    await writeFile(join(directory, "solver.mjs"), "export default async (state) => state;\n");
    const { exitCode, stderr } = await runCli(
      [...DEMO, "--model", "mock/default", "--solver", "solver.mjs", "--python-tool"],
      { cwd: directory },
    );
    expect(exitCode).toBe(2);
    expect(stderr).toContain("a solver that replaces it");
  });
});

describe("--approval", () => {
  const script = "turns:\n  - bash: touch code/one\n  - bash: touch code/two\n  - submit: done\n";

  it("human asks on the terminal: one call runs, one is refused with the reason", async () => {
    const { result, sample } = await run(script, ["--approval", "human"], "what?\ny\nn not this one\n");
    expect(result.stderr).toContain("The agent wants to call bash");
    expect(tools(sample.messages)).toMatchObject([
      { content: "" },
      { error: { type: "approval", message: "not this one" } },
      { function: "submit" },
    ]);
    expect(sample.metadata).toMatchObject({ kept: { code_files: 1 } });
    const approvals = sample.events?.filter(({ event }) => event === "approval");
    expect(approvals).toMatchObject([
      { approver: "human", decision: "approve" },
      { approver: "human", decision: "reject", explanation: "not this one" },
    ]);
  });

  it("takes a policy of modules and patterns, and a sample ended by one is scored", async () => {
    await writeFile(
      join(directory, "two.mjs"),
      `export default ({ call }) =>
  call.arguments.command.includes("two") ? { decision: "terminate", explanation: "Enough." } : { decision: "escalate" };
`,
    );
    await writeFile(
      join(directory, "policy.yaml"),
      "approvers:\n  - name: ./two.mjs\n    tools: bash*\n  - name: auto\n",
    );
    const { sample } = await run(script, ["--approval", "policy.yaml"]);
    expect(sample.limit).toMatchObject({ type: "operator", reason: "Enough." });
    expect(sample.scores).toBeDefined();
    expect(sample.error).toBeUndefined();
  });
});
