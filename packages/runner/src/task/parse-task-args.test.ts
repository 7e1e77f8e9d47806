import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { parseTaskArgs, readTaskConfig } from "./parse-task-args.js";

const made: string[] = [];
afterEach(async () => {
  for (const directory of made.splice(0)) await rm(directory, { recursive: true });
});

it("reads the value as YAML and splits at the first equals sign only", () => {
  expect(
    parseTaskArgs([
      "max_messages=50",
      "skip-tos-check=true",
      "mem_override=null",
      'compose_overrides={"shm_size": "4gb", "environment": {"A": "b=c"}}',
      "data_dir=/a=b",
      "split=low,dev",
    ]),
  ).toEqual({
    max_messages: 50,
    skip_tos_check: true,
    mem_override: null,
    compose_overrides: { shm_size: "4gb", environment: { A: "b=c" } },
    data_dir: "/a=b",
    split: ["low", "dev"],
  });
});

it("refuses a pair without a key or an equals sign", () => {
  expect(() => parseTaskArgs(["max_messages"])).toThrow(/not a key=value pair/);
  expect(() => parseTaskArgs(["=3"])).toThrow(/not a key=value pair/);
  expect(() => parseTaskArgs(["a={"])).toThrow(/not YAML/);
});

it("reads a config file, and names one that is not a mapping", async () => {
  const directory = await mkdtemp(join(tmpdir(), "task-config-"));
  made.push(directory);
  await writeFile(join(directory, "good.yaml"), "max-messages: 40\nsplit: low.txt\n");
  await writeFile(join(directory, "list.yaml"), "- 1\n");
  expect(await readTaskConfig(join(directory, "good.yaml"))).toEqual({ max_messages: 40, split: "low.txt" });
  await expect(readTaskConfig(join(directory, "list.yaml"))).rejects.toThrow(/not a mapping/);
  await expect(readTaskConfig(join(directory, "none.yaml"))).rejects.toThrow(/can't be read/);
});
