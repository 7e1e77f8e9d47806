import type { CommandUnknownOpts as Command } from "@commander-js/extra-typings";
import { describe, expect, it } from "vitest";
import { makeProgram } from "../program.js";
import { withHelp } from "./with-help.js";

interface Named {
  readonly name: string;
  readonly command: Command;
}

function leaves(command: Command, path = ""): Named[] {
  const name = `${path} ${command.name()}`.trim();
  const below = command.commands.flatMap((each) => leaves(each, name));
  return below.length > 0 ? below : [{ name, command }];
}

function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  return text;
}

const commands = leaves(withHelp(makeProgram({})));

describe("the help", () => {
  it.each(commands)(
    "of `$name` says what it does, what each option means, an example and the exit codes",
    ({ name, command }) => {
      const help = helpOf(command);
      expect(help.replace(/\s+/g, " ")).toContain(command.description());
      for (const option of command.options) expect(option.description, option.flags).not.toBe("");
      expect(help).toMatch(new RegExp(`Examples:\n {2}${name}`));
      expect(help).toContain("Exit code: 0");
    },
  );

  it.each(commands)("of `$name` has examples that the command line understands", ({ command }) => {
    const lines = helpOf(command).split("Examples:\n")[1]!.split("\n\n")[0]!.split("\n");
    for (const line of lines) {
      const program = makeProgram({});
      for (const { command: each } of leaves(program)) each.action(() => undefined);
      expect(() => program.parse(["node", ...line.trim().split(" ")]), line).not.toThrow();
    }
  });
});
