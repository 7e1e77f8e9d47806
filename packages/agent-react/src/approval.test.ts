import { describe, expect, it } from "vitest";
import { type ApprovalDecision, type Approver, bashTool, type ReactEvent, runReact, submitTool } from "./index.js";
import { handMadeSandbox, manualClock, scriptedModel } from "./testing/index.js";

const RUN = { stdout: "ran\n", stderr: "", exitCode: 0, timedOut: false };

/** Lets the model ask for `rm -rf /` and then submit, with these approvers in between. */
async function run(approvers: readonly Approver[], clock = manualClock()) {
  const sandbox = handMadeSandbox({ "rm -rf /": RUN, ls: RUN });
  const events: ReactEvent[] = [];
  const result = await runReact({
    model: scriptedModel([
      { text: "Cleaning up.", toolCalls: [{ name: "bash", arguments: { command: "rm -rf /" } }] },
      { toolCalls: [{ name: "submit", arguments: { answer: "done" } }] },
    ]),
    sandbox,
    input: "The task.",
    tools: [bashTool(), submitTool()],
    approvers,
    clock,
    onEvent: (event) => events.push(event),
  });
  const approvals = events.filter((event) => event.type === "approval");
  return { result, approvals, commands: sandbox.commands.map(({ command }) => command.at(-1)) };
}

const approver = (decision: ApprovalDecision, more: Partial<Approver> = {}): Approver => ({
  name: "tester",
  approve: () => decision,
  ...more,
});

describe("approvers", () => {
  it("see the call with the model's words, and let it run", async () => {
    const seen: unknown[] = [];
    const { result, approvals, commands } = await run([
      {
        name: "watcher",
        approve: ({ call, message, view, history }) => {
          seen.push([call.function, call.arguments, message, view?.content, history.length]);
          return { decision: "approve" };
        },
      },
    ]);
    expect(seen).toEqual([["bash", { command: "rm -rf /" }, "Cleaning up.", expect.stringContaining("rm -rf /"), 2]]);
    expect(approvals).toMatchObject([{ approver: "watcher", decision: "approve" }]);
    expect(commands).toEqual(["rm -rf /"]);
    expect(result.submitted).toBe(true);
  });

  it("tell the model why a call is rejected, and the run goes on", async () => {
    const { result, commands } = await run([approver({ decision: "reject", explanation: "Too dangerous." })]);
    expect(commands).toEqual([]);
    expect(result.messages.find(({ role }) => role === "tool")).toMatchObject({
      content: "",
      error: { type: "approval", message: "Too dangerous." },
    });
    expect(result.submitted).toBe(true);
  });

  it("change the arguments", async () => {
    const { commands, approvals } = await run([approver({ decision: "modify", arguments: { command: "ls" } })]);
    expect(commands).toEqual(["ls"]);
    expect(approvals).toMatchObject([{ decision: "modify", arguments: { command: "ls" } }]);
  });

  it("are asked one after the other while they escalate, and a call that nobody approves does not run", async () => {
    const escalate = approver({ decision: "escalate" }, { name: "first" });
    const passed = await run([escalate, approver({ decision: "approve" }, { name: "second" })]);
    expect(passed.approvals.map(({ approver: name }) => name)).toEqual(["first", "second"]);
    expect(passed.commands).toEqual(["rm -rf /"]);
    expect((await run([escalate])).commands).toEqual([]);
  });

  it("end the sample as it stands, as a limit by the operator", async () => {
    const { result, commands } = await run([approver({ decision: "terminate", explanation: "Enough." })]);
    expect(commands).toEqual([]);
    expect(result.limit).toMatchObject({ type: "operator", reason: "Enough." });
    expect(result.submitted).toBe(false);
  });

  it("are there for the tools they name", async () => {
    const { commands } = await run([approver({ decision: "reject" }, { tools: ["py*", "submit"] })]);
    expect(commands).toEqual(["rm -rf /"]);
  });

  it("take no working time", async () => {
    const clock = manualClock();
    const { result } = await run(
      [
        {
          name: "slow",
          approve: () => {
            clock.advance(90);
            return { decision: "approve" };
          },
        },
      ],
      clock,
    );
    expect(result.seconds).toBeGreaterThanOrEqual(90);
    expect(result.workingSeconds).toBeLessThan(1);
  });
});
