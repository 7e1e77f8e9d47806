import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  convertEvalLog,
  createEvalLog,
  dumpEvalLog,
  listEvalLogs,
  readEvalLog,
  readEvalSampleSummaries,
} from "@mlebench/eval-log";
import { exampleSample, exampleSpec } from "@mlebench/eval-log/testing";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { besideCheckout } from "./beside-checkout.js";

const shared = besideCheckout("inspect");
const schemaPath = join(shared, "log-schema.json");
const referenceDirectory = join(shared, "reference-logs");
const present = existsSync(schemaPath) && existsSync(referenceDirectory);
if (!present) console.warn(`skipped: the schema and logs of Inspect are not in ${shared}`);

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "eval-log-reference-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function dumped(path: string): Promise<unknown> {
  let text = "";
  for await (const piece of dumpEvalLog(path)) text += piece;
  return JSON.parse(text.replace(/: NaN/g, ": 0"));
}

describe.skipIf(!present)("Inspect's own logs", () => {
  const logs = present ? readdirSync(referenceDirectory).filter((name) => name.endsWith(".eval")) : [];

  it.each(logs)("reads %s whole, with its summaries", async (name) => {
    const path = join(referenceDirectory, name);
    const log = await readEvalLog(path);
    const summaries = await readEvalSampleSummaries(path);
    expect(log.samples?.length).toBeGreaterThan(0);
    const keys = (rows: readonly { id: string | number; epoch: number }[] = []) =>
      rows.map(({ id, epoch }) => `${id} ${epoch}`).sort();
    expect(keys(summaries)).toEqual(keys(log.samples));
    expect(JSON.stringify(log.samples)).not.toContain("input_refs");
  });

  it.each(logs.filter((name) => existsSync(join(referenceDirectory, name.replace(/eval$/, "dump.json")))))(
    "dumps %s as Inspect does",
    async (name) => {
      const expected = JSON.parse(readFileSync(join(referenceDirectory, name.replace(/eval$/, "dump.json")), "utf8"));
      const actual = await dumped(join(referenceDirectory, name));
      expect(comparable(actual)).toEqual(comparable(expected));
    },
  );

  it.each(logs)("converts %s to json and back without loss", async (name) => {
    const path = join(referenceDirectory, name);
    const json = join(directory, "log.json");
    const back = join(directory, "back.eval");
    await convertEvalLog(path, json);
    await convertEvalLog(json, back);
    expect(sorted(await readEvalLog(json))).toEqual(sorted(await readEvalLog(path)));
    const log = await readEvalLog(path);
    if (log.status !== "started")
      expect(await readEvalLog(back)).toMatchObject({ eval: log.eval, samples: samplesOf(log.samples) });
    const { samples: _samples, ...header } = log;
    expect(await readEvalLog(back, { header: true })).toMatchObject({
      status: header.status,
      ...(header.results && { results: header.results }),
    });
  });

  it("lists them newest first and says which cannot be read", async () => {
    const list = await listEvalLogs(referenceDirectory);
    expect(
      list
        .filter(({ path }) => path.endsWith(".eval"))
        .map(({ path, readable }) => [path.slice(referenceDirectory.length + 1), readable]),
    ).toEqual(
      [...logs]
        .sort()
        .reverse()
        .map((name) => [name, true]),
    );
  });
});

describe.skipIf(!present)("the schema of Inspect's logs", () => {
  let validateLog: ValidateFunction;
  let validateSummary: ValidateFunction;
  beforeEach(() => {
    const { components } = JSON.parse(readFileSync(schemaPath, "utf8"));
    // Inspect's own logs leave these two out although they are called required.
    relax(components.schemas.JSONSchema, "default");
    relax(components.schemas.SandboxEnvironmentSpec, "config");
    const ajv = new Ajv2020({ strict: false, validateFormats: false, discriminator: false });
    validateLog = ajv.compile({ $ref: "#/components/schemas/EvalLog", components });
    validateSummary = ajv.compile({ $ref: "#/components/schemas/EvalSampleSummary", components });
  });

  it("accepts a log of ours, samples in the stored form and resolved", async () => {
    const writer = await createEvalLog({ directory, spec: exampleSpec(), plan: { steps: [{ solver: "react" }] } });
    await writer.addSample(exampleSample({ turns: 3 }));
    await writer.addSample(
      exampleSample({
        epoch: 2,
        scores: undefined,
        error: { message: "boom", traceback: "boom", traceback_ansi: "boom" },
        error_retries: [{ message: "first", traceback: "", traceback_ansi: "", events: [{ event: "info", data: 1 }] }],
        events: [
          { event: "error", error: { message: "boom", traceback: "boom", traceback_ansi: "boom" } },
          { event: "logger", message: { level: "info", message: "hello", created: 1 } },
          { event: "compaction", tokens_before: 10, tokens_after: 5 },
          { event: "store", changes: [{ op: "add", path: "/a", value: 1 }] },
        ],
      }),
    );
    await writer.finish({
      status: "success",
      results: { total_samples: 2, completed_samples: 1, scores: [] },
      reductions: [{ scorer: "mle_bench_scorer", samples: [{ value: { any_medal: 0 }, sample_id: "a" }] }],
    });
    for (const resolve of ["none", "pools", "full"] as const) {
      const log = JSON.parse(JSON.stringify(await readEvalLog(writer.path, { resolve })));
      expect({ valid: validateLog(log), errors: worst(validateLog) }).toEqual({ valid: true, errors: [] });
    }
    for (const summary of await readEvalSampleSummaries(writer.path)) {
      expect({ valid: validateSummary(summary), errors: worst(validateSummary) }).toEqual({ valid: true, errors: [] });
    }
  });

  it("refuses what is no log, so that the check can fail", async () => {
    const writer = await createEvalLog({ directory, spec: exampleSpec() });
    await writer.finish({ status: "success" });
    const log = { ...(await readEvalLog(writer.path)), status: "done" };
    expect(validateLog(JSON.parse(JSON.stringify(log)))).toBe(false);
  });
});

function worst({ errors }: ValidateFunction): string[] {
  return (errors ?? []).slice(0, 20).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

function relax(schema: { required?: string[] }, field: string): void {
  schema.required = (schema.required ?? []).filter((name) => name !== field);
}

/** The order of keys and of samples is of no meaning. */
function sorted(value: unknown): unknown {
  const log = JSON.parse(JSON.stringify(value));
  log.samples?.sort((a: { id: string; epoch: number }, b: { id: string; epoch: number }) =>
    `${a.id} ${a.epoch}` < `${b.id} ${b.epoch}` ? -1 : 1,
  );
  return log;
}

/** Inspect's dump adds an empty object and leaves out one field that its reader does not know. */
function comparable(value: unknown): unknown {
  return JSON.parse(JSON.stringify(sorted(value)), function (this: { event?: string }, key, item) {
    if (key === "solver_args_passed") return undefined;
    if (key === "sample" && this.event === "sample_init") return { ...item, sandbox: undefined };
    return item;
  });
}

function samplesOf(samples: unknown): object[] {
  return JSON.parse(JSON.stringify(samples));
}
