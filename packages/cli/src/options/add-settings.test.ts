import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { mergeSettings, SETTINGS, setting, wholeNumber } from "@mlebench/runner/settings";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addSettings } from "./add-settings.js";
import { optionMaker } from "./make-option.js";
import { readLayers } from "./read-layers.js";

const TABLE = {
  ...SETTINGS,
  luck: setting("run", "limits", "--luck <n>", wholeNumber(), { help: "how lucky the agent may be", default: 7 }),
};

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "mlebench-settings-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** What `run ARGS` says of the settings, with the variables of a `.env` file among the others. */
async function settingsOf(args: readonly string[], env: NodeJS.ProcessEnv = {}, ofFile: readonly string[] = []) {
  const command = addSettings(new Command("run"), optionMaker(env), TABLE);
  Object.assign(process.env, env);
  try {
    command.parse(["node", "run", ...args]);
    const envFile = { path: "/home/.env", names: new Set(ofFile), warnings: [] };
    return mergeSettings(await readLayers(command, { env, envFile, table: TABLE }), TABLE);
  } finally {
    for (const name of Object.keys(env)) delete process.env[name];
  }
}

const luck = async (args: readonly string[], env?: NodeJS.ProcessEnv, ofFile?: readonly string[]) => {
  const { values, origins } = await settingsOf(args, env, ofFile);
  return [Reflect.get(values, "luck"), origins["luck"]?.where];
};

describe("a setting that the table has", () => {
  it("stands in the help, in its group, with its default", () => {
    const help = addSettings(new Command("run"), optionMaker({}), TABLE).helpInformation();
    expect(help).toMatch(/^Limits:$/m);
    expect(help.replace(/\s+/g, " ")).toContain("--luck <n> how lucky the agent may be (default 7)");
  });

  it("comes from a flag, a run config, a variable or a .env file, and says so", async () => {
    const path = join(directory, "run.yaml");
    await writeFile(path, "luck: 2\n");
    const env = { INSPECT_EVAL_LUCK: "4", MLEBENCH_LUCK: "3" };
    expect(await luck(["--luck", "1", "--run-config", path], env)).toEqual([1, "flag --luck"]);
    expect(await luck(["--run-config", path], env)).toEqual([2, path]);
    expect(await luck([], env)).toEqual([3, "MLEBENCH_LUCK"]);
    expect(await luck([], { INSPECT_EVAL_LUCK: "4" })).toEqual([4, "INSPECT_EVAL_LUCK"]);
    expect(await luck([], env, ["MLEBENCH_LUCK"])).toEqual([3, "MLEBENCH_LUCK in /home/.env"]);
    expect(await luck([])).toEqual([undefined, undefined]);
  });

  it("says which of the sources of a task parameter it came from", async () => {
    const config = join(directory, "task.yaml");
    await writeFile(config, "epochs: 4\nmax_messages: 4\n");
    const { values, origins } = await settingsOf(["-T", "epochs=3", "--task-config", config, "--cpu-override", "2"], {
      INSPECT_EVAL_TASK_ARGS: "gpu_count=1",
    });
    expect(values).toMatchObject({ epochs: 3, maxMessages: 4, cpuOverride: 2, gpuCount: 1 });
    expect(["epochs", "maxMessages", "cpuOverride", "gpuCount"].map((name) => origins[name]?.where)).toEqual([
      "-T epochs",
      config,
      "flag --cpu-override",
      "gpu_count in INSPECT_EVAL_TASK_ARGS",
    ]);
  });

  it("takes the variables of a run config as they are written", async () => {
    const path = join(directory, "env.yaml");
    await writeFile(path, "env: { OPENAI_BASE_URL: 'http://localhost:1/v1' }\n");
    const { values } = await settingsOf(["--run-config", path, "--env", "OTHER=a b"]);
    expect(values.env).toEqual({ OPENAI_BASE_URL: "http://localhost:1/v1", OTHER: "a b" });
  });
});
