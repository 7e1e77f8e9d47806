import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LanguageModelV3Content, LanguageModelV3Prompt } from "@ai-sdk/provider";
import { describe, expect, it } from "vitest";
import { type MockScriptInput, mockModel, parseMockScript, registerMockScript, resolveModel } from "../index.js";

const user = (text: string): LanguageModelV3Prompt[number] => ({ role: "user", content: [{ type: "text", text }] });
const assistant = (text: string): LanguageModelV3Prompt[number] => ({
  role: "assistant",
  content: [{ type: "text", text }],
});
const toolResult = (value: string): LanguageModelV3Prompt[number] => ({
  role: "tool",
  content: [{ type: "tool-result", toolCallId: "1", toolName: "bash", output: { type: "text", value } }],
});

function ask(script: MockScriptInput, prompt: LanguageModelV3Prompt) {
  return mockModel("test", parseMockScript("test", script)).doGenerate({ prompt });
}

function calls(content: readonly LanguageModelV3Content[]) {
  return content.flatMap((part) => (part.type === "tool-call" ? [`${part.toolName} ${part.input}`] : []));
}

describe("a scripted model", () => {
  const script: MockScriptInput = {
    turns: [
      { text: "First.", bash: "ls" },
      [
        { when: { last: "invalid" }, bash: "fix it" },
        { when: { last: "valid" }, submit: "done" },
        { python: "print(1)" },
      ],
    ],
  };

  it("knows by the conversation which turn is next, so that samples can share it", async () => {
    const first = await ask(script, [user("task")]);
    expect(first.content[0]).toMatchObject({ type: "text", text: "First." });
    expect(calls(first.content)).toEqual(['bash {"command":"ls"}']);
    expect(first.finishReason.unified).toBe("tool-calls");
    const again = await ask(script, [user("another task")]);
    expect(calls(again.content)).toEqual(['bash {"command":"ls"}']);
  });

  it("chooses by the last message", async () => {
    const second = (result: string) => ask(script, [user("task"), assistant("First."), toolResult(result)]);
    expect(calls((await second("submission is invalid")).content)).toEqual(['bash {"command":"fix it"}']);
    expect(calls((await second("valid")).content)).toEqual(['submit {"answer":"done"}']);
    expect(calls((await second("?")).content)).toEqual(['python {"code":"print(1)"}']);
  });

  it("follows rules before turns, and scripts of its own for some tasks", async () => {
    const ruled: MockScriptInput = {
      rules: [{ when: { last: "stop" }, submit: "stopped" }],
      turns: [{ text: "general" }],
      scripts: [{ when: { input: "leaf" }, turns: [{ text: "about leaves" }], end: "submit" }],
    };
    expect(calls((await ask(ruled, [user("stop")])).content)).toEqual(['submit {"answer":"stopped"}']);
    expect((await ask(ruled, [user("titanic")])).content).toMatchObject([{ text: "general" }]);
    expect((await ask(ruled, [user("leaf")])).content).toMatchObject([{ text: "about leaves" }]);
    expect(calls((await ask(ruled, [user("leaf"), assistant("x")])).content)).toEqual(['submit {"answer":"done"}']);
  });

  it("ends as told: with an error, the last turn again, or a submission", async () => {
    const later = [user("task"), assistant("a"), assistant("b")];
    const turns = [{ text: "only" }];
    await expect(ask({ turns }, later)).rejects.toMatchObject({ code: "MODEL_SCRIPT", kind: "usage" });
    expect((await ask({ turns, end: "repeat" }, later)).content).toMatchObject([{ text: "only" }]);
    expect(calls((await ask({ turns, end: "submit" }, later)).content)).toEqual(['submit {"answer":"done"}']);
  });

  it("counts tokens as scripted, or estimates them", async () => {
    const usage = { input_tokens: 10, output_tokens: 5, input_tokens_cache_read: 3, reasoning_tokens: 2 };
    const told = (await ask({ usage, turns: [{ text: "x" }] }, [user("task")])).usage;
    expect(told).toMatchObject({
      inputTokens: { total: 13, noCache: 10, cacheRead: 3 },
      outputTokens: { total: 5, reasoning: 2 },
    });
    const guessed = (await ask({ turns: [{ text: "x" }] }, [user("x".repeat(400))])).usage;
    expect(guessed.inputTokens.total).toBe(100);
  });

  it("fails as often as told, which retries survive", async () => {
    const path = join(await mkdtemp(join(tmpdir(), "mlebench-mock-")), "flaky.yaml");
    await writeFile(path, "turns:\n  - error: { status: 429, retryAfterSeconds: 5, times: 2 }\n    text: made it\n");
    const waits: number[] = [];
    const timing = { random: () => 0, sleep: async (seconds: number) => void waits.push(seconds) };
    const { languageModel } = await resolveModel(`mock/${path}`, { timing });
    expect((await languageModel.doGenerate({ prompt: [user("task")] })).content).toMatchObject([{ text: "made it" }]);
    expect(waits).toEqual([5, 5]);
  });

  it("has the stop reasons of the log", async () => {
    const reason = async (stopReason: "max_tokens" | "content_filter" | "model_length") =>
      (await ask({ turns: [{ text: "", stopReason }] }, [user("task")])).finishReason;
    expect(await reason("max_tokens")).toMatchObject({ unified: "length" });
    expect(await reason("content_filter")).toMatchObject({ unified: "content-filter" });
    expect(await reason("model_length")).toMatchObject({ raw: "model_context_window_exceeded" });
  });
});

describe("mock/", () => {
  it("default submits at once", async () => {
    const { id, languageModel } = await resolveModel("mock/default");
    expect(id).toBe("mock/default");
    expect(calls((await languageModel.doGenerate({ prompt: [user("task")] })).content)).toEqual([
      'submit {"answer":"done"}',
    ]);
  });

  it("takes YAML, JSON and JavaScript files, relative to a folder", async () => {
    const cwd = await mkdtemp(join(tmpdir(), "mlebench-mock-"));
    await writeFile(join(cwd, "a.yaml"), "turns:\n  - text: from yaml\n");
    await writeFile(join(cwd, "b.json"), '{"turns":[{"text":"from json"}]}');
    await writeFile(
      join(cwd, "c.mjs"),
      "export default ({ turn, last }) => ({ text: ['turn', turn, last].join(' ') });",
    );
    const text = async (name: string) => {
      const { languageModel } = await resolveModel(`mock/${name}`, { cwd });
      return (await languageModel.doGenerate({ prompt: [user("task")] })).content;
    };
    expect(await text("a.yaml")).toMatchObject([{ text: "from yaml" }]);
    expect(await text("b.json")).toMatchObject([{ text: "from json" }]);
    expect(await text("c.mjs")).toMatchObject([{ text: "turn 1 task" }]);
  });

  it("takes names that a plug-in registered", async () => {
    registerMockScript("of-a-plug-in", { turns: [{ text: "hello" }] });
    const { languageModel } = await resolveModel("mock/of-a-plug-in");
    expect((await languageModel.doGenerate({ prompt: [user("task")] })).content).toMatchObject([{ text: "hello" }]);
  });

  it("refuses files that are missing, broken or not scripts, and unknown names", async () => {
    const cwd = await mkdtemp(join(tmpdir(), "mlebench-mock-"));
    await writeFile(join(cwd, "broken.yaml"), "turns: [");
    await writeFile(join(cwd, "wrong.yaml"), "turns:\n  - txt: misspelt\n");
    await writeFile(join(cwd, "regex.yaml"), "turns:\n  - when: { last: '(' }\n    text: x\n");
    await writeFile(join(cwd, "throws.mjs"), "throw new Error('no');");
    for (const name of ["missing.yaml", "broken.yaml", "regex.yaml", "throws.mjs", "defautl"]) {
      await expect(resolveModel(`mock/${name}`, { cwd })).rejects.toMatchObject({ code: "MODEL_SCRIPT" });
    }
    await expect(resolveModel("mock/wrong.yaml", { cwd })).rejects.toThrow(/txt/);
    await expect(resolveModel("mock/defautl", { cwd })).rejects.toMatchObject({
      hint: expect.stringContaining("mock/default"),
    });
  });
});
