import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  concat,
  type DataFrame,
  parseCsv,
  type ReadCsvOptions,
  readCsv,
  readCsvChunks,
  ShapeError,
  scanCsv,
  splitCsv,
  toCsv,
} from "../../index.js";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "frame-split-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const file = (name: string) => join(directory, name);
const text = (name: string) => readFile(file(name), "utf8");

const INTEGERS = [
  "0",
  "1",
  "-5",
  "007",
  "-0",
  "-000",
  "+3",
  " 4",
  "9007199254740993",
  "-9223372036854775808",
  "12345678901",
];
const BIG = ["1", "9223372036854775808", "18446744073709551615", "+0018446744073709551615", "0"];
const FLOATS = [
  ...["1.5", "5.70", "-0.0", "-0", ".5", "5.", "00.50", "1e5", "-1.5e2", "0.0001", "0.00001", "0.0000", "1e16", "1e22"],
  ...["123456789012345.6", "1234567890123456.7", "0.30000000000000004", "73.98713000000001", "-73.987130000000004"],
  ...["40.712345678901234", "9007199254740993.5", "0.1234567890123456789", "inf", "-Infinity", " 2.50 ", "-.5", "+.25"],
];
const WORDS = ["", "NA", "null", "nan"];
const BOOLEANS = ["True", "false", "TRUE"];
const TEXTS = ["a", "é🙂", "a,b", 'say "hi"', "two\nlines", "cr\rx", " lead", "NUL\0cut", "1,5", "-", "."];
const pools = [
  INTEGERS,
  [...INTEGERS, ...WORDS],
  BIG,
  FLOATS,
  [...FLOATS, ...WORDS],
  [...INTEGERS, ...FLOATS],
  BOOLEANS,
  [...BOOLEANS, ...WORDS],
  TEXTS,
  [...TEXTS, ...WORDS, ...INTEGERS, ...FLOATS],
  [...BIG, ...WORDS],
];

const quote = (value: string) => (/[",\n\r]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

/** Tables whose columns draw from one pool each, with row 0 never blank. */
const tables = fc
  .array(fc.constantFrom(...pools), { minLength: 2, maxLength: 4 })
  .chain((columns) =>
    fc.array(fc.tuple(...columns.map((pool) => fc.constantFrom(...pool))), { minLength: 1, maxLength: 12 }),
  );

function csvOf(rows: readonly (readonly string[])[]): string {
  const names = rows[0]!.map((_, index) => `c${index}`).join(",");
  return `${[names, ...rows.map((row) => row.map(quote).join(","))].join("\n")}\n`;
}

function permuted(count: number, seed: number): Int32Array {
  const rows = Int32Array.from({ length: count }, (_, row) => row);
  let state = seed;
  for (let index = count - 1; index > 0; index -= 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const other = state % (index + 1);
    [rows[index], rows[other]] = [rows[other]!, rows[index]!];
  }
  return rows;
}

describe("splitting a file", () => {
  it("writes what reading, taking rows and writing gives, for any table", async () => {
    await fc.assert(
      fc.asyncProperty(
        tables,
        fc.nat(),
        fc.constantFrom<ReadCsvOptions>(
          {},
          { floatPrecision: "high" },
          { keepDefaultNa: false },
          { naValues: ["5", "a"] },
          { dtype: { c0: "str" } },
        ),
        fc.constantFrom("minimal" as const, "all" as const, "nonnumeric" as const),
        async (cells, seed, read, quoting) => {
          const source = csvOf(cells);
          await writeFile(file("in.csv"), source);
          const frame = parseCsv(source, read);
          const scan = await scanCsv(file("in.csv"), read);
          expect(scan.rows).toBe(frame.height);
          expect(scan.columns.map((column) => column.kind)).toEqual(
            frame.columns.map((name) => frame.column(name).kind),
          );
          const order = permuted(frame.height, seed);
          const cut = Math.floor(order.length / 2);
          const columns = [...frame.columns].reverse().slice(0, -1);
          await splitCsv(scan, [
            { path: file("a.csv"), rows: order.subarray(0, cut), quoting },
            { path: file("b.csv"), rows: order.subarray(cut), columns, separator: ";", missingText: "?" },
            { path: file("c.csv") },
            { path: file("d.csv"), rows: order, columns: ["c0"], quoting, constants: { x: "11.35", y: "0" } },
          ]);
          expect(await text("a.csv")).toBe(toCsv(frame.take(order.subarray(0, cut)), { quoting }));
          const rest = frame.take(order.subarray(cut)).select(columns);
          expect(await text("b.csv")).toBe(toCsv(rest, { separator: ";", missingText: "?" }));
          expect(await text("c.csv")).toBe(toCsv(frame));
          if (quoting === "all") return;
          const withConstants = frame.take(order).select(["c0"]).withColumn("x", 11.35).withColumn("y", 0);
          expect(await text("d.csv")).toBe(toCsv(withConstants, { quoting }));
        },
      ),
      { numRuns: 300 },
    );
  });

  /** So many columns that pandas infers types for every 32 rows. */
  function wideTable(): string {
    const width = 30_000;
    const kinds = [
      ["1", "-0", "5"],
      ["1.5", "2.50"],
      ["", "NA"],
      ["True", "False"],
      ["x", "007"],
      ["9223372036854775809"],
      ["3", ""],
    ];
    const changing = Array.from({ length: 60 }, (_, column) =>
      Array.from({ length: 96 }, (_, row) => {
        const pool = kinds[(column + Math.floor(row / 32) * (1 + (column % 5))) % kinds.length]!;
        return pool[row % pool.length]!;
      }),
    );
    const filler = ",7".repeat(width - 60);
    const names = Array.from({ length: width }, (_, column) => `c${column}`).join(",");
    const lines = Array.from({ length: 96 }, (_, row) => `${changing.map((column) => column[row]).join(",")}${filler}`);
    return `${names}\n${lines.join("\n")}\n`;
  }

  it("prints every block of rows with the types of its block", async () => {
    await writeFile(file("in.csv"), wideTable());
    const read = { columns: Array.from({ length: 61 }, (_, column) => column) };
    const frame = await readCsv(file("in.csv"), read);
    const kinds = new Set(frame.columns.map((name) => frame.column(name).kind));
    expect([...kinds].sort()).toEqual(["float64", "int64", "object"]);
    const order = permuted(96, 5);
    await splitCsv(file("in.csv"), [{ path: file("out.csv"), rows: order }], { read });
    expect(await text("out.csv")).toBe(toCsv(frame.take(order)));

    const chunks: DataFrame[] = [];
    for await (const chunk of readCsvChunks(file("in.csv"), read)) chunks.push(chunk);
    expect(chunks.map((chunk) => chunk.height)).toEqual([32, 32, 32]);
    for (const name of frame.columns) {
      expect(new Set(chunks.map((chunk) => chunk.column(name).kind))).toEqual(new Set([frame.column(name).kind]));
    }
    expect(toCsv(concat(chunks))).toBe(toCsv(frame));
  });

  it("needs no more memory for rows than it is given and still puts every row in place", async () => {
    const rows = 150_000;
    const lines = Array.from({ length: rows }, (_, row) => `${row},${row / 8},name ${row}`);
    await writeFile(file("in.csv"), `id,value,name\n${lines.join("\n")}\n`);
    const order = permuted(rows, 3);
    await splitCsv(file("in.csv"), [{ path: file("out.csv"), rows: order, columns: ["id", "name"] }], { memoryMiB: 1 });
    const out = (await text("out.csv")).split("\n");
    expect(out.length).toBe(rows + 2);
    expect(out.slice(1, -1)).toEqual(Array.from(order, (row) => `${row},name ${row}`));
  });

  it("keeps rows by a mask and renames columns", async () => {
    await writeFile(file("in.csv"), "a,b\n1,x\n2,y\n3,z\n");
    await splitCsv(file("in.csv"), [{ path: file("out.csv"), keep: Uint8Array.of(1, 0, 1), rename: { a: "Id" } }]);
    expect(await text("out.csv")).toBe("Id,b\n1,x\n3,z\n");
  });

  it("refuses rows that do not exist or are wanted twice, and leaves no file behind", async () => {
    await writeFile(file("in.csv"), "a,b\n1,x\n2,y\n3,z\n");
    const split = (rows: Int32Array) => splitCsv(file("in.csv"), [{ path: file("out.csv"), rows }]);
    await expect(split(Int32Array.of(0, 3))).rejects.toThrow(ShapeError);
    await expect(split(Int32Array.of(2, 0, 2))).rejects.toThrow(ShapeError);
    expect(await readdir(directory)).toEqual(["in.csv"]);
  });

  it("stops when it is told to", async () => {
    await writeFile(file("in.csv"), "a,b\n1,x\n2,y\n");
    const stop = AbortSignal.abort(new Error("enough"));
    await expect(splitCsv(file("in.csv"), [{ path: file("out.csv") }], { signal: stop })).rejects.toThrow("enough");
    expect(await readdir(directory)).toEqual(["in.csv"]);
  });
});
