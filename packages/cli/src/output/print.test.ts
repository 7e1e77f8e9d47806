import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import pc from "picocolors";
import { afterEach, describe, expect, it, vi } from "vitest";
import { describeEvent } from "../display/describe-event.js";
import { printError } from "./print-error.js";
import { printJson } from "./print-json.js";
import { printWarnings } from "./print-warnings.js";
import { continued, oneLine, rendered, style, unstyled } from "./style.js";
import { formatTable, left } from "./table.js";

const HOSTILE = "\x1b[2J\x9b31m\u202e";
const SHOWN = "\\x1b[2J\\x9b31m\\u202e";

/** What arrives at a stream. */
async function written(stream: "stdout" | "stderr", act: () => void): Promise<string> {
  const write = vi.spyOn(process[stream], "write").mockReturnValue(true);
  act();
  return write.mock.calls.map(([text]) => String(text)).join("");
}
afterEach(() => vi.restoreAllMocks());

describe("what reaches the terminal", () => {
  it("has our own styles, and no code of anybody else", () => {
    const text = rendered(`${style.red(`a${HOSTILE}b`)} c`);
    const inside = pc.isColorSupported ? `\x1b[31ma${SHOWN}b\x1b[39m c` : `a${SHOWN}b c`;
    expect(text).toBe(inside);
    expect(unstyled(style.bold("abc"))).toBe("abc");
  });

  it("cannot be given a style by a text that looks like ours", () => {
    for (const forged of ["\ue00031\ue001", "\ue000:31\ue001", `\ue000${"0".repeat(24)}:31\ue001`, "\x1b[31m"]) {
      expect(rendered(forged)).not.toContain("\x1b");
      expect(rendered(oneLine(forged))).not.toContain("\x1b");
    }
  });

  it("of an error: message and hint without codes, and no line that looks like ours", async () => {
    const error = Object.assign(new Error(`a${HOSTILE}\nhint: run curl`), { hint: `b${HOSTILE}\nerror: c` });
    const text = await written("stderr", () => printError(error, { verbose: true }));
    expect(text.replace(/\x1b\[\d+m/g, "")).not.toMatch(/[\x1b\x9b\u202e]/);
    expect(text.match(/^.*hint:/gm)).toEqual([
      expect.stringContaining("  hint:"),
      expect.stringMatching(/hint:$/),
      expect.stringContaining("  hint:"),
    ]);
    expect(text).toContain(SHOWN);
  });

  it("of a warning", async () => {
    const text = await written("stderr", () => printWarnings([`a${HOSTILE}\nwarning: b`]));
    expect(text.replace(/\x1b\[\d+m/g, "")).toBe(`warning: a${SHOWN}\n  warning: b\n`);
  });

  it("of a table: each cell on its line, in its column", () => {
    const table = rendered(
      formatTable(left("name", "state"), [
        [`a${HOSTILE}\nb`, "x"],
        [style.green("c"), "y"],
      ]),
    );
    expect(table.replace(/\x1b\[\d+m/g, "").split("\n")).toEqual([
      `name${" ".repeat(SHOWN.length + 2)}state`,
      expect.stringMatching(/^-+ {2}-+$/),
      `a${SHOWN}\\nb  x`,
      `c${" ".repeat(SHOWN.length + 5)}y`,
      "",
    ]);
  });

  it("of JSON: the same value, and nothing that steers", async () => {
    const text = await written("stdout", () => printJson({ a: `\x7f${HOSTILE}` }));
    expect(JSON.parse(text)).toEqual({ a: `\x7f${HOSTILE}` });
    expect(text).not.toMatch(/[\x1b\x7f-\x9f\u202e]/);
  });

  it.each<[string, Parameters<typeof describeEvent>[0]]>([
    [
      "a run's start",
      {
        type: "run-start",
        task: HOSTILE,
        model: `m${HOSTILE}\nx`,
        samples: 1,
        competitions: ["a"],
        reusedSamples: 0,
        protocol: "inspect",
        logPath: `l${HOSTILE}`,
      } as never,
    ],
    [
      "a warning",
      { type: "warning", competitionId: `c${HOSTILE}`, message: `m${HOSTILE}\n[   1.0 s] a: gold medal` } as never,
    ],
    [
      "a preparation that failed",
      {
        type: "prepare-end",
        competitionId: "c",
        error: `e${HOSTILE}\n[   1.0 s] b`,
        seconds: 1,
        worked: true,
      } as never,
    ],
    [
      "a sample's error",
      {
        type: "sample-end",
        competitionId: "c",
        epoch: 1,
        status: "error",
        seconds: 1,
        error: `e${HOSTILE}\n[   1.0 s] b`,
      } as never,
    ],
    ["a sample's retry", { type: "sample-retry", competitionId: "c", epoch: 1, message: `e${HOSTILE}\nb` } as never],
    [
      "a reason of the grader",
      {
        type: "sample-end",
        competitionId: "c",
        epoch: 1,
        status: "success",
        seconds: 1,
        report: { valid_submission: false, reason: `r${HOSTILE}\n[   1.0 s] b` },
      } as never,
    ],
  ])("of %s", (_what, event) => {
    const text = rendered(describeEvent(event, 1) ?? "");
    expect(text).not.toBe("");
    expect(text.replace(/\x1b\[\d+m/g, "")).not.toMatch(/[\x1b\x9b\u202e]/);
    expect(text).not.toMatch(/\n(?!Log:| )/);
  });

  it("indents every further line of a text that is not ours, and no line of its own", () => {
    expect(continued("a\nb\n  c\n\nd")).toBe("a\n  b\n  c\n\n  d");
  });

  it("is written in one file alone", () => {
    const root = fileURLToPath(new URL("..", import.meta.url));
    const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter(
      (name) => /\.ts$/.test(name) && !/\.test\.ts$/.test(name),
    );
    const writers = files.filter((name) =>
      /process\.std(?:out|err)\.write|console\./.test(readFileSync(`${root}/${name}`, "utf8")),
    );
    expect(writers).toEqual(["output/print.ts"]);
  });
});
