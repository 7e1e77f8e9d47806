import { readFileSync } from "node:fs";
import type { CommandUnknownOpts as Command } from "@commander-js/extra-typings";
import { optionTable } from "@mlebench/runner/settings";
import { describe, expect, it } from "vitest";
import { makeProgram } from "./program.js";

/** Options that every command has, and that the text around the tables tells of. */
const EVERYWHERE = new Set(["--help", "--version"]);

function all(command: Command): Command[] {
  return [command, ...command.commands.flatMap(all)];
}

function longOptions(commands: readonly Command[]): Set<string> {
  return new Set(commands.flatMap(({ options }) => options.flatMap(({ long }) => (long ? [long] : []))));
}

function optionsIn(text: string): Set<string> {
  return new Set([...text.matchAll(/(?<![\w-])--[a-z][a-z-]*[a-z]/g)].map(([option]) => option));
}

const program = makeProgram({});
const command = (name: string): Command => program.commands.find((each) => each.name() === name)!;
const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const rootReadme = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");

describe("the README", () => {
  it.each(["run", "eval-set", "prepare"])("has every option of `%s`", (name) => {
    const known = optionsIn(readme);
    expect([...longOptions([command(name)])].filter((option) => !known.has(option))).toEqual([]);
  });

  it.each([
    ["this package's", readme],
    ["the repository's", rootReadme],
  ])("(%s) names no option that does not exist", (_whose, text) => {
    const existing = longOptions(all(program));
    const ours = text.replace(/^.*\b(?:npm|npx|pnpm|node|docker|inspect|pip) .*$/gm, "");
    const unknown = [...optionsIn(ours)].filter((option) => !existing.has(option) && !EVERYWHERE.has(option));
    expect(unknown).toEqual([]);
  });

  it("has the table of options as `generate` makes it", () => {
    expect(readme).toContain(`<!-- options: begin -->\n${optionTable()}\n<!-- options: end -->`);
  });

  it("names every command", () => {
    for (const each of program.commands) expect(readme).toContain(each.name());
  });
});
