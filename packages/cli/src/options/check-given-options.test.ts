import { describe, expect, it } from "vitest";
import { makeProgram } from "../program.js";

/** What a call of `run` ends up with, or its complaint. */
async function given(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Record<string, unknown>> {
  const program = makeProgram(env);
  const run = program.commands.find((command) => command.name() === "run")!;
  run.action(() => undefined);
  // commander reads variables from the process itself, under the names that the options were made with.
  const before = { ...process.env };
  Object.assign(process.env, env);
  try {
    await program.parseAsync(["node", "mlebench", "run", ...args]);
  } finally {
    for (const name of Object.keys(env)) if (!(name in before)) delete process.env[name];
  }
  return run.opts();
}

describe("what is given", () => {
  it.each([
    ["--log-dir", ""],
    ["--split", ""],
    ["-c", ""],
    ["--tags", ","],
  ])("%s '%s' is no value, but an accident of a shell variable", async (option, value) => {
    await expect(given([option, value])).rejects.toMatchObject({ code: "CLI_USAGE", message: /is empty/ });
  });

  it("names the sandbox provider once, or twice alike", async () => {
    expect(await given(["--sandbox", "local", "--sandbox-type", "local"])).toMatchObject({ sandbox: "local" });
    await expect(given(["--sandbox", "local", "--sandbox-type", "docker"])).rejects.toThrow(/Both --sandbox local/);
  });

  it("lets a flag win over the variable of the other name", async () => {
    const options = await given(["--sandbox-type", "local"], { MLEBENCH_SANDBOX: "k8s" });
    expect([options["sandbox"], options["sandboxType"]]).toEqual([undefined, "local"]);
  });
});
