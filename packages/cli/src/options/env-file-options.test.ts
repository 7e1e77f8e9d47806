import type { CommandUnknownOpts as Command } from "@commander-js/extra-typings";
import { takeEnvFile } from "@mlebench/runner";
import { expect, it } from "vitest";
import { makeProgram } from "../program.js";

function optionsOf(command: Command): { readonly flag: string; readonly variable: string }[] {
  const own = command.options.flatMap(({ long, envVar }) =>
    long && envVar?.startsWith("MLEBENCH_") ? [{ flag: long, variable: envVar }] : [],
  );
  return [...own, ...command.commands.flatMap(optionsOf)];
}

it("decides about the variable of every option of every command whether a .env file may hold it", () => {
  // Options that are true or false have their variable only where it is set.
  const flags = optionsOf(makeProgram({}) as unknown as Command);
  expect(flags.length).toBeGreaterThan(100);
  for (const { variable } of flags) {
    const { taken, warnings } = takeEnvFile({ [variable]: "x" }, {}, "/.env", () => false);
    const isDecided = Object.hasOwn(taken, variable) || warnings.some((text) => /Give it with --/.test(text));
    expect([variable, isDecided]).toEqual([variable, true]);
  }
});
