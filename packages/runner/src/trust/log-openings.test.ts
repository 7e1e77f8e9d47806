import { listSplits } from "@mlebench/competitions";
import type { EvalSpec } from "@mlebench/eval-log";
import { describe, expect, it } from "vitest";
import { longFlag } from "../settings/setting.js";
import { rowsOf } from "../settings/setting-values.js";
import { loggedSettings } from "../task/logged-settings.js";
import { logOpenings } from "./log-openings.js";
import { shellQuote } from "./shell-quote.js";

const SPEC: EvalSpec = {
  created: "2026-11-23T23:07:23+00:00",
  task: "mle_bench",
  task_id: "x",
  dataset: {},
  model: "mock/default",
  config: {},
};
const withArgs = (args: object): EvalSpec => ({ ...SPEC, task_args_passed: { ...args } });
const withMetadata = (metadata: object): EvalSpec => ({ ...SPEC, metadata: { ...metadata } });

/** What a log may say, and the flags that are asked for. */
const OPENINGS: Readonly<Record<string, readonly [EvalSpec, string | undefined]>> = {
  "a plug-in": [
    withMetadata({ plug_ins: ["../evil.mjs", "b c.mjs"] }),
    "code --plug-in /evil.mjs --plug-in '/logs/b c.mjs'",
  ],
  "a solver": [withMetadata({ modules: { solver: "evil.mjs@solve" } }), "code --solver /logs/evil.mjs@solve"],
  "a scorer": [withMetadata({ modules: { scorer: "evil.mjs" } }), "code --scorer /logs/evil.mjs"],
  "a sandbox module": [
    withMetadata({ modules: { sandboxConfig: "evil.mjs" } }),
    "code --sandbox-config /logs/evil.mjs",
  ],
  "a solver among the arguments": [withArgs({ solver: "/evil.mjs" }), undefined],
  "a sandbox module, spelled with a dash": [
    withArgs({ "sandbox-config": "/evil.mjs" }),
    "code --sandbox-config /evil.mjs",
  ],
  "an approver": [withMetadata({ approval: "evil.mjs" }), "code --approval /logs/evil.mjs"],
  "an approval policy": [withMetadata({ approval: "policy.yaml" }), "code --approval /logs/policy.yaml"],
  "a person who approves": [withMetadata({ approval: "human" }), undefined],
  "a mock model in a file": [{ ...SPEC, model: "mock//evil.mjs" }, "code --model mock//evil.mjs"],
  "a mock model in a file, in other letters": [{ ...SPEC, model: " MOCK/evil.mjs" }, "code --model ' MOCK/evil.mjs'"],
  "a replay of a folder": [{ ...SPEC, model: "replay/../recorded" }, "code --model replay/../recorded"],
  "a bundled mock model": [SPEC, undefined],
  "a provider of models": [{ ...SPEC, model: "openrouter/x" }, "key --model openrouter/x"],
  "a vendor of any name": [{ ...SPEC, model: "openai-api/evil/x" }, "key --model openai-api/evil/x"],
  "a base URL": [{ ...SPEC, model_base_url: "http://evil/v1" }, "key --model-base-url http://evil/v1"],
  "model arguments": [{ ...SPEC, model_args: { organization: "theirs" } }, `key --model-arg 'organization="theirs"'`],
  "headers of the model": [
    { ...SPEC, model_args: { headers: { "x-forward": "http://evil" } } },
    `key --model-arg 'headers={"x-forward":"http://evil"}'`,
  ],
  "solver arguments": [
    { ...SPEC, solver_args_passed: { url: "http://evil" } },
    `code --solver-arg 'url="http://evil"'`,
  ],
  "binds of the host": [
    withArgs({ compose_overrides: { volumes: ["/:/host:rw"] } }),
    `host --compose-overrides '{"volumes":["/:/host:rw"]}'`,
  ],
  "binds of the host, spelled with a dash": [
    withArgs({ "compose-overrides": { volumes: ["/:/host:rw"] } }),
    `host --compose-overrides '{"volumes":["/:/host:rw"]}'`,
  ],
  "what a spec may open of the host": [
    withMetadata({ allow_host_access: ["volumes:/etc", "cap_add:SYS_PTRACE"] }),
    "host --allow-host-access volumes:/etc --allow-host-access cap_add:SYS_PTRACE",
  ],
  "the local sandbox": [withArgs({ sandbox_type: "local" }), "host --sandbox local"],
  "a cluster": [withArgs({ sandbox_type: "k8s" }), "host --sandbox k8s"],
  "a provider module": [withArgs({ sandbox_type: "/evil.mjs" }), "code --sandbox /evil.mjs"],
  "the usual sandbox": [withArgs({ sandbox_type: "docker" }), undefined],
  "options of the sandbox": [
    withMetadata({ sandbox_options: { socketPath: "/evil.sock" } }),
    `host --sandbox-option 'socketPath="/evil.sock"'`,
  ],
  "an image": [withArgs({ docker_image_name: "evil/image" }), "code --docker-image-name evil/image"],
  GPUs: [withArgs({ gpu_driver: "nvidia", gpu_count: 2 }), "host --gpu-driver nvidia, host --gpu-count 2"],
  "a data folder": [withArgs({ data_dir: "/home/victim/.ssh" }), "host --data-dir /home/victim/.ssh"],
  "a split that is a file": [withArgs({ split: "/etc/passwd" }), "host --split /etc/passwd"],
  "a split that is a word, as a file of this folder may be": [withArgs({ split: "id_rsa" }), "host --split id_rsa"],
  "a bundled split": [withArgs({ split: "low.txt" }), undefined],
  "limits and other harmless things": [
    { ...withArgs({ epochs: 3, max_messages: 7 }), config: { token_limit: 5 }, tags: ["x"] },
    undefined,
  ],
};

describe("what a log of somebody else opens", () => {
  it.each(Object.entries(OPENINGS))("%s", (_name, [spec, expected]) => {
    const openings = logOpenings(loggedSettings(spec, "/logs/x.eval"));
    expect(openings.map(({ opens, flags }) => `${opens} ${flags}`).join(", ")).toBe(expected ?? "");
  });

  it("is never a bundled split, and always what the table says that it opens", () => {
    for (const split of listSplits()) expect(logOpenings({ split })).toEqual([]);
    for (const row of rowsOf()) {
      if (row.opens === undefined || row.opensFromLog !== undefined) continue;
      const value = row.read.kind === "pairs" || row.read.kind === "mapping" ? { a: 1 } : ["x"];
      const [opening] = logOpenings({ [row.name]: value });
      expect(opening).toMatchObject({
        name: row.name,
        opens: row.opens,
        flags: expect.stringContaining(longFlag(row.flag)),
      });
    }
  });

  it("shows no secret and lets no text break out of its line or of the shell", () => {
    const hostile = "a'b\n  runs code  --harmless\u001b[2J\u0000";
    const given = { api_key: "sk-theirs-123456", headers: { "x-any": "abcdefgh12345678901" } };
    const shown = JSON.stringify(logOpenings({ baseUrl: "http://user:password-of-theirs@evil/v1", args: given }));
    const [plugIn] = logOpenings({ plugIns: [hostile] });
    expect(shown).not.toMatch(/password-of-theirs|sk-theirs-123456|abcdefgh12345678901/);
    expect(plugIn?.flags).toBe(String.raw`--plug-in $'a\'b\u000a  runs code  --harmless\u001b[2J\u0000'`);
    expect(shellQuote("it's $HOME")).toBe(`'it'\\''s $HOME'`);
  });
});
