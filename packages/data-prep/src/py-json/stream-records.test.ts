import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createRecordWriter, readRecords } from "./stream-records.js";
import { toPyJson } from "./write-py-json.js";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "records-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

async function recordTexts(json: string): Promise<string[]> {
  const path = join(directory, "in.json");
  writeFileSync(path, json);
  const texts: string[] = [];
  for await (const record of readRecords(path)) texts.push(toPyJson(record));
  return texts;
}

describe("readRecords", () => {
  it("finds records whatever their strings and lists hold", async () => {
    const json = '[\n{"a": "}],{\\"[", "b": [[1.0], {"c": 12345678901234567890}]} , {"d": "\\\\"},{}]\n';
    expect(await recordTexts(json)).toEqual([
      '{"a": "}],{\\"[", "b": [[1.0], {"c": 12345678901234567890}]}',
      '{"d": "\\\\"}',
      "{}",
    ]);
    expect(await recordTexts("[]")).toEqual([]);
  });

  it("puts records together that lie across the pieces a file is read in", async () => {
    const long = "é".repeat(700_000);
    const texts = await recordTexts(`[{"a": "${long}"}, {"b": "${long}"}, {"c": 1}]`);
    expect(texts.map((text) => text.length)).toEqual([6 * 700_000 + 9, 6 * 700_000 + 9, 8]);
  });

  it.each(["[1, 2]", '[{"a": 1}', '"text"', "", '[[{"a": 1}]]', '[{"a": 1}, "b"]'])(
    "refuses %j, which is no list of objects",
    (json) => expect(recordTexts(json)).rejects.toThrow(/list|JSON object/),
  );
});

describe("createRecordWriter", () => {
  it("writes what json.dump writes, and nothing when it is given up", async () => {
    const source = '[{"a": 1e-07, "b": "é"}, {"c": -0.0}]';
    writeFileSync(join(directory, "in.json"), source);
    using writer = createRecordWriter(join(directory, "out.json"));
    {
      using abandoned = createRecordWriter(join(directory, "abandoned.json"));
      for await (const record of readRecords(join(directory, "in.json"))) {
        writer.write(record);
        abandoned.write(record);
      }
    }
    writer.close();
    expect(readFileSync(join(directory, "out.json"), "utf8")).toBe('[{"a": 1e-07, "b": "\\u00e9"}, {"c": -0.0}]');
    expect(readdirSync(directory).sort()).toEqual(["in.json", "out.json"]);
  });
});
