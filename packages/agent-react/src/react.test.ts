import { APICallError } from "@ai-sdk/provider";
import {
  DockerUnavailableError,
  OutputLimitError,
  SandboxError,
  SandboxFileError,
  SandboxStartError,
  SandboxUnavailableError,
  UnsupportedUserError,
} from "@mlebench/sandbox-compose";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  bashTool,
  DEFAULT_CONTINUE_TEXT,
  defineTool,
  LimitReached,
  MODEL_CALL_OBSERVER,
  type ModelCallObserver,
  pythonTool,
  ReactError,
  type ReactEvent,
  type ReactOptions,
  runReact,
  submitTool,
  ToolError,
} from "./index.js";
import { handMadeSandbox, manualClock, type ScriptedTurn, scriptedModel } from "./testing/index.js";

const bash = (command: string): ScriptedTurn => ({ toolCalls: [{ name: "bash", arguments: { command } }] });
const submit = (answer: string): ScriptedTurn => ({ toolCalls: [{ name: "submit", arguments: { answer } }] });
const say = (text: string): ScriptedTurn => ({ text });

async function play(
  script: readonly ScriptedTurn[] | Parameters<typeof scriptedModel>[0],
  options: Partial<ReactOptions> = {},
) {
  const events: ReactEvent[] = [];
  const model = scriptedModel(script);
  const result = await runReact({
    model,
    sandbox: handMadeSandbox((line) => `ran ${line}\n`),
    instructions: "Be brief.",
    input: "Count to three.",
    onEvent: (event) => events.push(event),
    settleSeconds: 0,
    ...options,
  });
  const ofType = <Type extends ReactEvent["type"]>(type: Type) =>
    events.filter((event): event is Extract<ReactEvent, { type: Type }> => event.type === type);
  return { result, events, ofType, model, roles: result.messages.map((message) => message.role) };
}

describe("the conversation", () => {
  it("begins with the system message, its parts joined by a blank line, and the input", async () => {
    const { result } = await play([submit("3")], { assistantPrompt: "Think.", submitPrompt: "Then submit." });
    expect(result.messages[0]).toMatchObject({ role: "system", content: "Be brief.\n\nThink.\n\nThen submit." });
    expect(result.messages[1]).toMatchObject({ role: "user", content: "Count to three.", source: "input" });
  });

  it("has no system message when there is nothing to say in it", async () => {
    const { roles } = await play([submit("3")], { instructions: "" });
    expect(roles).toEqual(["user", "assistant", "tool"]);
  });

  it("nudges a model that calls no tool, whatever its stop reason, and takes words of one's own", async () => {
    const script = [say("Hm."), { text: "Hmmm", finishReason: "length" } as const, submit("3")];
    const { result } = await play(script);
    expect(result.messages.filter((message) => message.role === "user").map((message) => message.content)).toEqual([
      "Count to three.",
      DEFAULT_CONTINUE_TEXT,
      DEFAULT_CONTINUE_TEXT,
    ]);
    const other = await play([say("Hm."), submit("3")], { continueText: "Go on." });
    expect(other.result.messages[3]).toMatchObject({ role: "user", content: "Go on." });
  });

  it("gives every message an id of its own", async () => {
    const { result } = await play([say("Hm."), bash("ls"), submit("3")]);
    expect(new Set(result.messages.map((message) => message.id)).size).toBe(result.messages.length);
  });
});

describe("submitting", () => {
  it("ends the run with the answer, leaving the model's text alone", async () => {
    const { result } = await play([{ text: "Here it is.", ...submit("42") }, say("never asked")]);
    expect(result).toMatchObject({
      submitted: true,
      answer: "42",
      output: { completion: "42", stopReason: "tool_calls" },
    });
    expect(result.messages.at(-2)).toMatchObject({ role: "assistant", content: "Here it is." });
    expect(result.messages.at(-1)).toMatchObject({ role: "tool", content: "42", function: "submit" });
  });

  it("runs what else the turn asks for, in order, and takes the first of two answers", async () => {
    const sandbox = handMadeSandbox((line) => line);
    const { result } = await play(
      [
        {
          toolCalls: [
            { name: "submit", arguments: { answer: "first" } },
            { name: "bash", arguments: { command: "after" } },
            { name: "submit", arguments: { answer: "second" } },
          ],
        },
      ],
      { sandbox },
    );
    expect(result.answer).toBe("first");
    expect(result.messages.slice(3).map((message) => message.content)).toEqual(["first", "after", "second"]);
  });

  it.each([{}, { answer: null }])("is taken without an answer: %j", async (given) => {
    const { result } = await play([{ toolCalls: [{ name: "submit", arguments: given }] }]);
    expect(result).toMatchObject({ submitted: true, answer: "" });
  });

  it("goes on after a submission with a wrong answer", async () => {
    const { result } = await play([{ toolCalls: [{ name: "submit", arguments: { answer: 3 } }] }, submit("3")]);
    expect(result.answer).toBe("3");
    const errors = result.messages.flatMap((message) => (message.role === "tool" ? [message.error?.message] : []));
    expect(errors).toEqual([
      "Found 1 validation errors parsing tool input arguments:\n- 3 is not of type 'string'",
      undefined,
    ]);
  });

  it("never cuts an answer", async () => {
    const answer = "x".repeat(50_000);
    const { result } = await play([submit(answer)], { maxToolOutputBytes: 10 });
    expect(result.messages.at(-1)?.content).toBe(answer);
  });
});

describe("content filters", () => {
  const filtered: ScriptedTurn = { text: "I can't.", finishReason: "content-filter" };

  it("end the run at the third in a row", async () => {
    const { result, ofType } = await play([filtered, filtered, filtered, submit("no")]);
    expect(result.messages.filter((message) => message.role === "assistant")).toHaveLength(3);
    expect(result.messages.filter((message) => message.role === "user")).toHaveLength(3);
    expect(result.submitted).toBe(false);
    expect(result.limit).toBeUndefined();
    expect(ofType("info")[0]?.data).toEqual({ ended: "content_filter", inARow: 3 });
  });

  it("are counted anew after any other turn, and their tool calls run", async () => {
    const withCall = { ...filtered, ...bash("ls"), finishReason: "content-filter" } as const;
    const { result } = await play([filtered, filtered, say("Hm."), filtered, withCall, submit("done")]);
    expect(result.answer).toBe("done");
    expect(result.toolCalls).toBe(2);
  });

  it("can be asked again before they count", async () => {
    const { result } = await play([filtered, filtered, submit("done")], { retryRefusals: 2 });
    expect(result.answer).toBe("done");
    expect(result.turns).toBe(3);
    expect(result.messages).toHaveLength(4);
  });
});

describe("a full context window", () => {
  const tooLong = (statusCode: number, message: string): ScriptedTurn => ({
    error: new APICallError({ message, statusCode, url: "http://model", requestBodyValues: {} }),
  });

  it.each([
    [400, "This model's maximum context length is 128000 tokens. However, you requested 200000 tokens."],
    [400, "prompt is too long: 210000 tokens > 200000 maximum"],
    [413, "Request too large for model"],
    [400, "Input is too long for requested model."],
  ])("ends the run without a limit or an error: %i %s", async (status, message) => {
    const { result, roles, ofType } = await play([bash("ls"), tooLong(status, message)]);
    expect(roles).toEqual(["system", "user", "assistant", "tool", "assistant"]);
    expect(result.messages.at(-1)).toMatchObject({ role: "assistant", content: "" });
    expect(result.output.stopReason).toBe("model_length");
    expect(result.limit).toBeUndefined();
    expect(ofType("info")).toHaveLength(1);
    expect(ofType("model-end").at(-1)?.error).toBe(message);
  });

  it("is trimmed when asked to, and given up when trimming does not help", async () => {
    const { result, roles } = await play(
      [bash("one"), bash("two"), bash("three"), tooLong(400, "prompt is too long"), submit("ok")],
      { truncation: "auto" },
    );
    expect(result.answer).toBe("ok");
    expect(roles).toEqual(["system", "user", "assistant", "tool", "assistant", "tool", "assistant", "tool"]);
    expect(result.messages[3]).toMatchObject({ content: "ran two\n" });
    const hopeless = await play([tooLong(400, "prompt is too long")], { truncation: "auto" });
    expect(hopeless.result.output.stopReason).toBe("model_length");
  });

  it("is not mistaken for an outage or a mistake", async () => {
    await expect(play([tooLong(500, "internal error")])).rejects.toMatchObject({ code: "REACT_MODEL_FAILED" });
    await expect(play([tooLong(400, "unknown parameter: foo")])).rejects.toMatchObject({ code: "REACT_MODEL_FAILED" });
  });
});

describe("tools", () => {
  it("shows standard error before standard output and keeps the exit code to itself, unless told otherwise", async () => {
    const sandbox = handMadeSandbox({ go: { stdout: "out\n", stderr: "err\n", exitCode: 3 } });
    const { result } = await play([bash("go"), submit("")], { sandbox });
    expect(result.messages[3]).toMatchObject({ content: "err\n\nout\n" });
    const tools = [bashTool({ showExitCode: true }), submitTool()];
    const shown = await play([bash("go"), submit("")], { sandbox, tools });
    expect(shown.result.messages[3]).toMatchObject({ content: "err\n\nout\n\n[exit code 3]\n" });
  });

  it("runs a login shell as the user given, and Python from standard input", async () => {
    const sandbox = handMadeSandbox((line) => line);
    const python: ScriptedTurn = { toolCalls: [{ name: "python", arguments: { code: "print(1)" } }] };
    const tools = [bashTool({ user: "nonroot", timeoutSeconds: 5 }), pythonTool(), submitTool()];
    await play([bash("id"), python, submit("")], { sandbox, tools });
    expect(sandbox.commands[0]).toMatchObject({
      command: ["bash", "--login", "-c", "id"],
      options: { user: "nonroot", timeoutSeconds: 5 },
    });
    expect(sandbox.commands[1]).toMatchObject({
      command: ["bash", "--login", "-c", "python3 -"],
      options: { input: "print(1)", timeoutSeconds: 360 },
    });
  });

  it("reports a timeout, keeping what was printed until then for the record", async () => {
    const sandbox = handMadeSandbox({ slow: { stdout: "half\n", timedOut: true, exitCode: 124 } });
    const { result, model } = await play([bash("slow"), submit("")], { sandbox });
    expect(result.messages[3]).toMatchObject({
      content: "half\n",
      error: { type: "timeout", message: "Command timed out before completing." },
    });
    expect(JSON.stringify(model.calls[1]?.options.prompt)).not.toContain("half");
    const tools = [bashTool({ showOutputOnTimeout: true }), submitTool()];
    const shown = await play([bash("slow"), submit("")], { sandbox, tools });
    expect(JSON.stringify(shown.model.calls[1]?.options.prompt)).toContain("half");
  });

  it("does not run a command with a NUL byte", async () => {
    const sandbox = handMadeSandbox();
    const { result } = await play([bash("echo \0"), submit("")], { sandbox });
    expect(result.messages[3]).toMatchObject({ error: { type: "parsing", message: "embedded null byte" } });
    expect(sandbox.commands).toEqual([]);
  });

  it("gives up a sandbox that does not end a command in time, and does not run it again", async () => {
    const clock = manualClock();
    let runs = 0;
    const sandbox = {
      exec() {
        runs += 1;
        queueMicrotask(() => clock.advance(100));
        return new Promise<never>(() => {});
      },
    };
    const tools = [bashTool({ timeoutSeconds: 10, graceSeconds: 5 }), submitTool()];
    const { result } = await play([bash("hang"), submit("")], { sandbox, tools, clock });
    expect(result.messages[3]).toMatchObject({ error: { type: "timeout" } });
    expect(runs).toBe(1);
  });

  it.each([
    ["sandbox_unavailable", new SandboxUnavailableError("sb", "stopped", "the container exited")],
    ["limit", new OutputLimitError("big.csv", 100)],
    ["file_not_found", new SandboxFileError("/x", "not-found", "there is no such file")],
    ["is_a_directory", new SandboxFileError("/x", "directory", "it is a folder")],
    ["permission", new SandboxFileError("/x", "permission", "permission denied")],
    ["permission", new SandboxFileError("/x", "link", "it is a link")],
    ["unknown", new SandboxFileError("/x", "not-a-file", "it is a pipe")],
    ["unknown", new SandboxFileError("/x", "no-space", "no space left on device")],
    ["unknown", new SandboxFileError("/x", "failed", "tar ended with 2")],
    ["permission", Object.assign(new Error("EACCES: no"), { code: "EACCES" })],
    ["file_not_found", Object.assign(new Error("ENOENT: no such file"), { code: "ENOENT" })],
    ["is_a_directory", Object.assign(new Error("EISDIR"), { code: "EISDIR" })],
    ["limit", new LimitReached({ type: "custom", limit: 1, reason: "one is enough" })],
    ["parsing", new ToolError("embedded null byte", { type: "parsing" })],
    ["unknown", new ToolError("nope")],
  ])("tells the model about %s", async (type, error) => {
    const sandbox = { exec: () => Promise.reject(error) };
    const { result } = await play([bash("x"), submit("")], { sandbox });
    expect(result.messages[3]).toMatchObject({ role: "tool", content: "", error: { type, message: error.message } });
    expect(result.submitted).toBe(true);
  });

  it.each([
    new DockerUnavailableError("no engine answers"),
    new SandboxStartError("it exits at once"),
    new UnsupportedUserError("agent", "local", "it has no users"),
    new SandboxError({ code: "COMMAND_INVALID", message: "There is no command to run.", hint: "Give one." }),
  ])("ends the run on an error of the sandbox that no model can do something about: $code", async (error) => {
    const sandbox = { exec: () => Promise.reject(error) };
    await expect(play([bash("x")], { sandbox })).rejects.toMatchObject({ code: "REACT_TOOL_CRASHED", cause: error });
  });

  it("ends the run when a tool breaks, cancels its siblings, and keeps the run so far", async () => {
    const events: ReactEvent[] = [];
    let cancelled = false;
    const sandbox = handMadeSandbox(async (line, _command, { signal }) => {
      if (line === "break") throw new TypeError("a mistake of ours");
      await new Promise((resolve) => signal?.addEventListener("abort", resolve));
      cancelled = true;
      return "";
    });
    const turn = { toolCalls: ["wait", "break"].map((command) => ({ name: "bash", arguments: { command } })) };
    const run = play([turn], { sandbox, onEvent: (event) => events.push(event) });
    const error = await run.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "REACT_TOOL_CRASHED", partial: { turns: 1 } });
    expect(ReactError.is(error)).toBe(true);
    await Promise.resolve();
    expect(cancelled).toBe(true);
    const ends = events.filter((event) => event.type === "tool-end");
    expect(ends.map((event) => event.error?.type).sort()).toEqual(["cancelled", "unknown"]);
  });

  it("can end the run when the sandbox is gone", async () => {
    const gone = new SandboxUnavailableError("sb", "stopped", "the container exited");
    const sandbox = { exec: () => Promise.reject(gone) };
    await expect(play([bash("x")], { sandbox, failOnSandboxUnavailable: true })).rejects.toMatchObject({
      code: "REACT_TOOL_CRASHED",
      cause: gone,
    });
  });

  it("run together where they may, and their results keep the order of the calls", async () => {
    const running = new Set<string>();
    let most = 0;
    const sandbox = handMadeSandbox(async (line) => {
      running.add(line);
      most = Math.max(most, running.size);
      await new Promise((resolve) => setTimeout(resolve, line === "a" ? 30 : 5));
      running.delete(line);
      return line;
    });
    const calls = ["a", "b", "c"].map((command) => ({ name: "bash", arguments: { command } }));
    const { result } = await play([{ toolCalls: calls }, submit("")], { sandbox });
    expect(result.messages.slice(3, 6).map((message) => message.content)).toEqual(["a", "b", "c"]);
    expect(most).toBe(3);
    most = 0;
    await play([{ toolCalls: calls }, submit("")], { sandbox, maxParallelTools: 1 });
    expect(most).toBe(1);
  });

  it("wait for the calls before an unknown or serial one", async () => {
    const log: string[] = [];
    const sandbox = handMadeSandbox(async (line) => {
      log.push(`start ${line}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      log.push(`end ${line}`);
      return line;
    });
    const call = (name: string, args: Record<string, unknown>) => ({ name, arguments: args });
    const toolCalls = [call("bash", { command: "a" }), call("nope", {}), call("bash", { command: "b" })];
    const { result } = await play([{ toolCalls }, submit("")], { sandbox });
    expect(log).toEqual(["start a", "end a", "start b", "end b"]);
    expect(result.messages[4]).toMatchObject({ error: { type: "parsing", message: "Tool nope not found" } });
  });

  it("answer arguments that are not JSON with the arguments, and go on", async () => {
    const broken: ScriptedTurn = { toolCalls: [{ name: "bash", arguments: '{"command": "ls' }] };
    const sandbox = handMadeSandbox();
    const { result } = await play([broken, submit("")], { sandbox });
    expect(result.messages[2]).toMatchObject({ tool_calls: [{ arguments: {}, parse_error: expect.any(String) }] });
    expect(result.messages[3]).toMatchObject({ error: { type: "parsing" } });
    expect(result.messages[3]).toHaveProperty("error.message", expect.stringContaining('{"command": "ls'));
    expect(sandbox.commands).toEqual([]);
  });

  it("made from a zod object get defaults filled in", async () => {
    const seen: unknown[] = [];
    const repeat = defineTool({
      name: "repeat",
      description: "Repeats a word.",
      parameters: z.strictObject({ word: z.string(), times: z.number().int().default(2) }),
      run: (args) => {
        seen.push(args);
        return args.word.repeat(args.times);
      },
    });
    const turn: ScriptedTurn = { toolCalls: [{ name: "repeat", arguments: "ha" }] };
    const { result } = await play([turn, submit("")], { tools: [repeat, submitTool()] });
    expect(seen).toEqual([{ word: "ha", times: 2 }]);
    expect(result.messages[3]?.content).toBe("haha");
  });
});

describe("limits", () => {
  it("drop all results of a turn when they do not all fit, but tell that the commands ran", async () => {
    const sandbox = handMadeSandbox((line) => line);
    const toolCalls = ["a", "b"].map((command) => ({ name: "bash", arguments: { command } }));
    const { result, roles, ofType } = await play([{ toolCalls }], { sandbox, limits: { messages: 4 } });
    expect(roles).toEqual(["system", "user", "assistant"]);
    expect(result.limit).toEqual({ type: "message", limit: 4, reason: "Message limit exceeded. count: 5; limit: 4" });
    expect(sandbox.commands).toHaveLength(2);
    expect(ofType("tool-end").map((event) => event.result)).toEqual(["a", "b"]);
    expect(ofType("messages-lost")[0]?.messages.map((message) => message.content)).toEqual(["a", "b"]);
    expect(ofType("limit")).toHaveLength(1);
  });

  it("allow fourteen tool calls, one a turn, in thirty messages", async () => {
    const { result } = await play(() => bash("x"), { limits: { messages: 30 } });
    expect(result.toolCalls).toBe(14);
    expect(result.limit?.reason).toBe("Message limit reached. count: 30; limit: 30");
  });

  it("let a submission be the last message", async () => {
    const { result } = await play([bash("a"), submit("b")], { limits: { messages: 6 } });
    expect(result.limit).toBeUndefined();
    expect(result.answer).toBe("b");
  });

  it("lose the answer that goes beyond the tokens, and stop before asking when they are just used up", async () => {
    const beyond = await play(() => bash("x"), { limits: { tokens: 200 } });
    expect(beyond.result.limit).toEqual({
      type: "token",
      limit: 200,
      reason: "Token limit exceeded. value: 240; limit: 200",
    });
    expect(beyond.roles).toEqual(["system", "user", "assistant", "tool"]);
    expect(beyond.ofType("messages-lost")[0]?.messages[0]).toMatchObject({ role: "assistant" });
    expect(beyond.result).toMatchObject({ turns: 1, usage: { total_tokens: 240 } });
    const exact = await play(() => bash("x"), { limits: { tokens: 240 } });
    expect(exact.result.limit?.reason).toBe("Token limit reached. value: 240; limit: 240");
    expect(exact.model.calls).toHaveLength(2);
    const output = await play(() => bash("x"), { limits: { tokens: 50, tokensOf: "output" } });
    expect(output.result.limit?.reason).toBe("Output token limit exceeded. value: 60; limit: 50");
  });

  it("pay for the turn that is one too many", async () => {
    const { result, model } = await play(() => bash("x"), { limits: { turns: 2 } });
    expect(model.calls).toHaveLength(3);
    expect(result).toMatchObject({
      turns: 3,
      toolCalls: 2,
      usage: { total_tokens: 360 },
      limit: { type: "turn", reason: "Turn limit exceeded. value: 3; limit: 2" },
    });
  });

  it("count money like tokens", async () => {
    const costOf = ({ total_tokens }: { total_tokens: number }) => total_tokens / 1000;
    const { result } = await play(() => bash("x"), { limits: { cost: 0.3 }, costOf });
    expect(result.limit).toMatchObject({ type: "cost", reason: "Cost limit exceeded. value: $0.3600; limit: $0.3000" });
    expect(result.usage.total_cost).toBeCloseTo(0.36);
  });

  it("cancel what is running when the time is over", async () => {
    const clock = manualClock();
    let signal: AbortSignal | undefined;
    const sandbox = handMadeSandbox((_line, _command, options) => {
      signal = options.signal;
      queueMicrotask(() => clock.advance(61));
      return new Promise(() => {});
    });
    const { result, ofType } = await play([bash("train")], { sandbox, clock, limits: { timeSeconds: 60 } });
    expect(result.limit).toEqual({ type: "time", limit: 60, reason: "Time limit exceeded. limit: 60 seconds" });
    expect(signal?.aborted).toBe(true);
    expect(result.messages.at(-1)?.role).toBe("assistant");
    expect(ofType("tool-end")[0]?.error).toEqual({
      type: "cancelled",
      message: "Cancelled: Time limit exceeded. limit: 60 seconds",
    });
  });

  it("wait for cancelled commands to end before the run is over", async () => {
    const controller = new AbortController();
    const log: string[] = [];
    const sandbox = handMadeSandbox(async (_line, _command, { signal }) => {
      setTimeout(() => controller.abort(new LimitReached({ type: "operator", limit: 1, reason: "Enough." })), 5);
      await new Promise((resolve) => signal?.addEventListener("abort", resolve));
      await new Promise((resolve) => setTimeout(resolve, 30));
      log.push("killed");
      return "partial";
    });
    const { events } = await play([bash("train")], { sandbox, signal: controller.signal, settleSeconds: 5 });
    log.push("over");
    expect(log).toEqual(["killed", "over"]);
    expect(events.slice(-3).map((event) => event.type)).toEqual(["tool-end", "sandbox-exec", "limit"]);
  });

  it("do not count waits as working time", async () => {
    const clock = manualClock();
    let asked = 0;
    const { result, ofType } = await play(
      ({ options }) => {
        asked += 1;
        const observer = (options as { [MODEL_CALL_OBSERVER]?: ModelCallObserver })[MODEL_CALL_OBSERVER];
        observer?.onRetry({ attempt: 1, waitSeconds: 100, message: "slow down", status: 429 });
        const endWait = observer?.startWait();
        clock.advance(100);
        endWait?.();
        clock.advance(20);
        return asked === 3 ? submit("done") : bash("x");
      },
      { clock, limits: { workingSeconds: 65 } },
    );
    expect(result.answer).toBe("done");
    expect(result.seconds).toBe(360);
    expect(result.workingSeconds).toBe(60);
    expect(ofType("model-retry")).toHaveLength(3);
    expect(ofType("model-end")[0]).toMatchObject({ retries: 1, seconds: 120, workingSeconds: 20 });
    const short = play(
      () => {
        clock.advance(20);
        return bash("x");
      },
      { clock, limits: { workingSeconds: 50 } },
    );
    expect((await short).result.limit).toMatchObject({
      type: "working",
      reason: "Working time limit exceeded. limit: 50 seconds",
    });
  });

  it("count a sandbox's queue as a wait", async () => {
    const clock = manualClock();
    const sandbox = handMadeSandbox(() => {
      clock.advance(30);
      return { stdout: "", waitedSeconds: 25 };
    });
    const { result } = await play([bash("x"), submit("")], { sandbox, clock });
    expect(result.workingSeconds).toBe(5);
  });

  it("can be the caller's: an abort with a limit gives a result, any other an error with the run so far", async () => {
    const operator = new LimitReached({ type: "operator", limit: 1, reason: "Stopped by hand." });
    for (const reason of [operator, new Error("Ctrl-C")]) {
      const controller = new AbortController();
      const sandbox = handMadeSandbox(() => {
        controller.abort(reason);
        return new Promise(() => {});
      });
      const run = play([bash("x")], { sandbox, signal: controller.signal });
      if (reason === operator) expect((await run).result.limit).toEqual(operator.record);
      else await expect(run).rejects.toMatchObject({ code: "REACT_ABORTED", partial: { turns: 1 }, cause: reason });
    }
  });

  it("end a model that never calls a tool only when asked to", async () => {
    const { result } = await play(() => say("Hm."), { maxStalls: 3 });
    expect(result.turns).toBe(3);
    expect(result.limit).toMatchObject({ type: "custom", limit: 3 });
  });

  it("refuse what is not a limit", async () => {
    const limits = { message: 30 } as ReactOptions["limits"] & object;
    await expect(play([], { limits })).rejects.toMatchObject({ code: "REACT_OPTIONS", kind: "usage" });
    await expect(play([], { limits: { tokens: -1 } })).rejects.toMatchObject({ code: "REACT_OPTIONS" });
    await expect(play([], { limits: { cost: 1 } })).rejects.toMatchObject({ code: "REACT_OPTIONS" });
  });
});

describe("compaction", () => {
  const long = "x".repeat(4000);
  const sandbox = handMadeSandbox(() => long);
  const measured = (command: string, tokens: number) => ({ ...bash(command), usage: { input_tokens: tokens } });
  const shown = (event: Extract<ReactEvent, { type: "model-start" }> | undefined) =>
    event?.input.map((message) => (message.content === long ? "long" : message.role));

  it("empties old results for the model and leaves the conversation whole", async () => {
    const { result, ofType } = await play([bash("a"), measured("b", 1000), measured("c", 2000), submit("")], {
      sandbox,
      compaction: { strategy: "edit", thresholdTokens: 2500, keepToolResults: 1 },
    });
    expect(shown(ofType("model-start").at(-1))).toEqual([
      "system",
      "user",
      "assistant",
      "tool",
      "assistant",
      "tool",
      "assistant",
      "long",
    ]);
    expect(result.messages.filter((message) => message.content === long)).toHaveLength(3);
    expect(ofType("compaction")).toMatchObject([{ strategy: "edit" }]);
  });

  it("goes on from a summary, which is paid for", async () => {
    const script = [bash("a"), measured("b", 1000), say("All is well."), submit("")];
    const { result, ofType, model } = await play(script, {
      sandbox,
      compaction: { strategy: "summary", thresholdTokens: 1900 },
    });
    expect(shown(ofType("model-start").at(-1))).toEqual(["system", "user", "user"]);
    expect(JSON.stringify(ofType("model-start").at(-1)?.input[2])).toContain("All is well.");
    expect(model.calls[2]?.options.tools).toBeUndefined();
    expect(result).toMatchObject({ turns: 3, submitted: true, usage: { total_tokens: 1380 } });
    expect(result.messages).toHaveLength(8);
  });

  it("is tried before a full window ends the run", async () => {
    const full = new APICallError({ message: "prompt is too long", statusCode: 400, url: "", requestBodyValues: {} });
    const { result, ofType } = await play([bash("a"), bash("b"), { error: full }, submit("ok")], {
      sandbox,
      compaction: { strategy: "edit", thresholdTokens: 1_000_000, keepToolResults: 1 },
    });
    expect(result.answer).toBe("ok");
    expect(ofType("compaction")).toHaveLength(1);
  });
});

describe("events", () => {
  it("tell everything in order, with times and unique ids", async () => {
    const clock = manualClock();
    const sandbox = handMadeSandbox(() => {
      clock.advance(2);
      return "two seconds\n";
    });
    const { events, ofType } = await play([bash("x"), submit("ok")], { sandbox, clock });
    expect(events.map((event) => event.type)).toEqual([
      "message",
      "message",
      "model-start",
      "model-end",
      "message",
      "tool-start",
      "sandbox-exec",
      "tool-end",
      "message",
      "model-start",
      "model-end",
      "message",
      "tool-start",
      "tool-end",
      "message",
    ]);
    expect(new Set(events.map((event) => event.id)).size).toBe(events.length);
    expect(ofType("tool-end")[0]).toMatchObject({
      function: "bash",
      arguments: { command: "x" },
      result: "two seconds\n",
      seconds: 2,
      workingSeconds: 2,
      startedAt: "2026-01-01T00:00:00.000Z",
      completedAt: "2026-01-01T00:00:02.000Z",
      view: { title: "bash", content: "```bash\nx\n```\n" },
    });
    expect(ofType("sandbox-exec")[0]).toMatchObject({ command: ["bash", "--login", "-c", "x"], exitCode: 0 });
    expect(ofType("model-end")[1]?.output).toMatchObject({ stopReason: "tool_calls", usage: { total_tokens: 120 } });
  });

  it("keep a model's failure, which ends the run", async () => {
    const events: ReactEvent[] = [];
    const onEvent = (event: ReactEvent) => events.push(event);
    const run = play([bash("x"), { error: new Error("no key") }], { onEvent });
    await expect(run).rejects.toMatchObject({ code: "REACT_MODEL_FAILED", partial: { turns: 1, toolCalls: 1 } });
    expect(events.at(-1)).toMatchObject({ type: "model-end", error: "no key" });
  });
});
