import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEvalLog, type EvalSpec, openLogKey, trustLogKeys } from "@mlebench/eval-log";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { registerDemo } from "../demo/register-demo.js";
import { loadPlugInsOf } from "../plug-in/log-modules.js";
import { resumeDefaults } from "../resume/resume-defaults.js";
import { scoreLog } from "../score/score-log.js";
import { recordPlace } from "./log-place.js";

const FOREIGN = { code: "RUNNER_FOREIGN_LOG", kind: "usage" };

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "mlebench-foreign-"));
  vi.stubEnv("XDG_STATE_HOME", join(directory, "mine"));
  await writeFile(
    join(directory, "evil.mjs"),
    'import { writeFileSync } from "node:fs";\nwriteFileSync(new URL("./PWNED", import.meta.url), "");\nexport default () => ({});\n',
  );
});
afterEach(async () => {
  expect(existsSync(join(directory, "PWNED"))).toBe(false);
  vi.unstubAllEnvs();
  await rm(directory, { recursive: true, force: true });
});

const theirs = { env: { XDG_STATE_HOME: "" } };
async function logOf(who: "me" | "them" | "nobody", spec: Partial<EvalSpec> = {}): Promise<string> {
  theirs.env.XDG_STATE_HOME = join(directory, "theirs");
  const key = who === "nobody" ? undefined : await openLogKey(who === "them" ? theirs : {});
  const writer = await createEvalLog({
    directory,
    spec: {
      created: "2026-11-23T23:07:23+00:00",
      task: "mle_bench",
      task_id: who,
      dataset: {},
      model: "openai/gpt-5",
      model_base_url: "http://127.0.0.1:1/v1",
      config: { token_limit: 5000 },
      metadata: { plug_ins: ["evil.mjs"], modules: { scorer: "evil.mjs" } },
      task_args_passed: { compose_overrides: { privileged: true }, epochs: 2 },
      ...spec,
    },
    key,
  });
  await writer.finish({ status: "error" });
  return writer.path;
}

const ALL = ["model", "baseUrl", "plugIns", "scorer", "composeOverrides"];

describe("from code, a log of somebody else", () => {
  it("gives nothing away by resumeDefaults: all of it is named in one error", async () => {
    for (const who of ["them", "nobody"] as const) {
      const refused = resumeDefaults(await logOf(who));
      await expect(refused).rejects.toMatchObject(FOREIGN);
      const evil = join(directory, "evil.mjs");
      for (const flags of [
        `--plug-in ${evil}`,
        `--scorer ${evil}`,
        "--model openai/gpt-5",
        "--model-base-url http://127.0.0.1:1/v1",
        `--compose-overrides '{"privileged":true}'`,
      ]) {
        await expect(refused).rejects.toThrow(flags);
      }
    }
  });

  it("gives the rest, and never what was given elsewhere", async () => {
    const path = await logOf("them");
    await expect(resumeDefaults(path, { given: ALL.slice(1) })).rejects.toThrow("--model openai/gpt-5");
    const defaults = await resumeDefaults(path, { given: ALL });
    expect(defaults).toEqual({
      taskName: "mle_bench",
      taskArgs: { epochs: 2 },
      competitions: undefined,
      model: undefined,
      run: { resumeLog: path, tokenLimit: 5000, messageLimit: null, modelOptions: { args: {} }, generate: {} },
    });
  });

  it("has no plug-in loaded and no scorer imported", async () => {
    registerDemo();
    for (const who of ["them", "nobody"] as const) {
      const path = await logOf(who);
      await expect(loadPlugInsOf(path)).rejects.toMatchObject(FOREIGN);
      await expect(scoreLog(path, {})).rejects.toMatchObject(FOREIGN);
      await expect(scoreLog(path, {})).rejects.toThrow("--scorer ");
    }
  });

  it("is as good as the user's own where they trust its key", async () => {
    const path = await logOf("them", { metadata: {} });
    const { publicKey } = await openLogKey(theirs);
    await trustLogKeys(`mlebench-log-key ${publicKey}\n`);
    expect(await resumeDefaults(path)).toMatchObject({ model: "openai/gpt-5" });
  });
});

describe("from code, a log of the user's own", () => {
  const metadata = (values: object) => ({
    plug_ins: ["evil.mjs"],
    modules: { scorer: "evil.mjs" },
    place: recordPlace(directory, values),
  });
  const MODULES = { plugIns: ["evil.mjs"] };

  it("gives everything where it was written, also when that folder is renamed", async () => {
    const path = await logOf("me", { metadata: metadata(MODULES) });
    const moved = `${directory}-moved`;
    await rename(directory, moved);
    vi.stubEnv("XDG_STATE_HOME", join(moved, "mine"));
    expect(await resumeDefaults(path.replace(directory, moved))).toMatchObject({ model: "openai/gpt-5" });
    await rename(moved, directory);
    vi.stubEnv("XDG_STATE_HOME", join(directory, "mine"));
    expect(await resumeDefaults(path)).toMatchObject({
      model: "openai/gpt-5",
      taskArgs: { scorer: join(directory, "evil.mjs"), compose_overrides: { privileged: true } },
      run: { modelOptions: { baseUrl: "http://127.0.0.1:1/v1" } },
    });
  });
  it("is asked for its modules in another folder, where its own paths lead to another's files", async () => {
    const path = await logOf("me", { metadata: metadata(MODULES) });
    const elsewhere = join(directory, "unpacked");
    await mkdir(elsewhere);
    const copied = join(elsewhere, "copied.eval");
    await copyFile(path, copied);
    await symlink(path, join(elsewhere, "linked.eval"));
    for (const each of [copied, join(elsewhere, "linked.eval")]) {
      const refused = resumeDefaults(each);
      await expect(refused).rejects.toMatchObject(FOREIGN);
      await expect(refused).rejects.toThrow(`--plug-in ${join(elsewhere, "evil.mjs")}`);
      await expect(refused).rejects.not.toThrow("--model");
      await expect(loadPlugInsOf(each)).rejects.toMatchObject(FOREIGN);
      await expect(scoreLog(each, {})).rejects.toThrow("--scorer ");
    }
  });

  it("is asked for what it names by paths from the folder of the call, in another one", async () => {
    const here = vi.spyOn(process, "cwd").mockReturnValue(directory);
    const model = "mock/my-model.mjs";
    const path = await logOf("me", {
      model,
      task_args_passed: { data_dir: "data", split: "my-split.txt", compose_overrides: { volumes: ["./data:/x"] } },
      metadata: { place: recordPlace(directory, { model }) },
    });
    expect(await resumeDefaults(path)).toMatchObject({ model });
    await mkdir(join(directory, "theirs-too"));
    here.mockReturnValue(join(directory, "theirs-too"));
    const refused = resumeDefaults(path);
    await expect(refused).rejects.toThrow("was written in or from another folder");
    for (const flag of [
      "--model mock/my-model.mjs",
      "--data-dir data",
      "--split my-split.txt",
      "--compose-overrides",
    ]) {
      await expect(refused).rejects.toThrow(flag);
    }
    here.mockRestore();
  });
});
