import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEvalLog, readEvalLog } from "@mlebench/eval-log";
import { registerMockScript } from "@mlebench/models";
import { createLocalProvider } from "@mlebench/sandbox-compose";
import { afterAll, beforeAll, expect, it } from "vitest";
import { DEMO_COMPETITION_ID } from "../demo/demo-competition.js";
import { registerDemo } from "../demo/register-demo.js";
import type { RunEvent } from "../events.js";
import { resumeDefaults } from "../resume/resume-defaults.js";
import { mleBench } from "../task/mle-bench.js";
import { runEval } from "./run-eval.js";
import type { RunEvalOptions } from "./run-options.js";

const PLANTED = Array.from({ length: 11 }, (_, index) => `planted-secret-${index}-0123456789`);
const [
  ENV,
  ARG,
  HEADER,
  URL_PASSWORD,
  OVERRIDE,
  OVERRIDE_LINE,
  SANDBOX,
  METADATA,
  OWN_HEADER,
  EXTRA_HEADER,
  EXTRA_BODY,
] = PLANTED as [string, ...string[]];

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "mlebench-planted-"));
  registerDemo();
  registerMockScript("planted-secrets", {
    turns: [{ bash: `echo ${PLANTED.join(" ")}` }, { submit: PLANTED.join(" ") }],
  });
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function options(): Promise<RunEvalOptions> {
  return {
    task: await mleBench({
      competitions: [DEMO_COMPETITION_ID],
      dataDir: join(directory, "data"),
      composeOverrides: { environment: { MY_API_KEY: OVERRIDE }, labels: [`SERVICE_TOKEN=${OVERRIDE_LINE}`] },
    }),
    model: "mock/planted-secrets",
    modelOptions: {
      args: { api_key: ARG, headers: { Authorization: `Bearer ${HEADER}`, "x-tenant": OWN_HEADER } },
      baseUrl: `https://me:${URL_PASSWORD}@example.invalid/v1`,
    },
    generate: {
      headers: { "x-short": "abc", "x-gateway": String(EXTRA_HEADER) },
      extraBody: { provider: { api_key: EXTRA_BODY } },
    },
    sandboxOptions: { registryPassword: SANDBOX },
    metadata: { wandb_api_key: METADATA },
    env: { ...process.env, OPENAI_API_KEY: ENV },
    logDir: join(directory, "logs"),
  };
}

it("keeps secrets out of the log wherever they were given, and asks for them again on resuming", async () => {
  await using provider = createLocalProvider();
  const given = { ...(await options()), provider };
  const stop = new AbortController();
  const events: RunEvent[] = [];
  const { logPath } = await runEval({
    ...given,
    signal: stop.signal,
    onEvent: ({ type }) => type === "sample-start" && stop.abort(new Error("Stop.")),
  });
  const { run } = await resumeDefaults(logPath);
  expect(run?.modelOptions?.args).toEqual({});
  // Headers may be keys however they look: a log has their names, and only their names make it the same run.
  expect(run?.generate?.headers).toEqual({});
  expect((await readEvalLog(logPath, { header: true })).eval.model_generate_config).toMatchObject({
    extra_headers: { "x-short": "[redacted]", "x-gateway": "[redacted]" },
  });
  // With the same ones given again it is the same run.
  const result = await runEval({ ...given, resumeLog: logPath, onEvent: (event) => events.push(event) });
  for (const secret of PLANTED) expect(JSON.stringify(events)).not.toContain(secret);
  expect(result.status).toBe("success");
  const text = await textOf(logPath);
  expect(text).toContain("[redacted]");
  for (const secret of PLANTED) expect(text).not.toContain(secret);
  const { samples } = await readEvalLog(logPath);
  expect(JSON.stringify(samples?.[0]?.messages)).toContain("[redacted]");
  expect(await readdir(join(directory, "logs"))).not.toContain(".buffer");
});

/** Every member of the log, unpacked. */
async function textOf(path: string): Promise<string> {
  await using log = await openEvalLog(path);
  const bytes = await readFile(path);
  const parts = await Promise.all(
    [...log.zip!.entries.keys()].map(async (name) => (await log.zip!.read(name)).toString()),
  );
  return parts.join("\n") + bytes.toString("latin1");
}
