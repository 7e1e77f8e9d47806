import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EmptyDataError, ParserError, parseCsv, TextEncodingError, toCsv } from "../index.js";

const AS_TEXT = { dtype: "str", keepDefaultNa: false, naFilter: false } as const;

/** Fields of any text but NUL, which ends a field in pandas. */
const field = fc.oneof(
  fc.string({ unit: fc.constantFrom("a", "1", " ", ",", '"', "\n", "\r", "é", "🙂", ";", ".", "-"), maxLength: 6 }),
  fc.string({ unit: "binary", maxLength: 4 }).map((text) => text.replace(/[\0\ud800-\udfff]/g, "")),
);

const grids = fc
  .integer({ min: 2, max: 4 })
  .chain((width) => fc.array(fc.array(field, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }));

const quoteAll = (rows: readonly (readonly string[])[], lineEnd: string) =>
  rows.map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(",") + lineEnd).join("");

const gridOf = (csv: string | Uint8Array, lowMemory = true) => {
  const frame = parseCsv(csv, { ...AS_TEXT, header: null, lowMemory });
  return [...frame.rows()].map((row) => Object.values(row));
};

describe("the tokenizer", () => {
  it("reads quoted fields as csv-parse does", () => {
    fc.assert(
      fc.property(grids, fc.constantFrom("\n", "\r\n"), (rows, lineEnd) => {
        const csv = quoteAll(rows, lineEnd);
        const oracle: string[][] = parse(csv, { relax_column_count: true });
        expect(gridOf(csv)).toEqual(oracle);
        expect(oracle).toEqual(rows);
      }),
      { numRuns: 500 },
    );
  });

  it("reads bare fields as csv-parse does", () => {
    const bare = field.map((text) => text.replace(/[",\r\n\ufeff]/g, "").trim()).filter((text) => text !== "");
    const bareGrids = fc.array(fc.array(bare, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(bareGrids, fc.constantFrom("\n", "\r\n", "\r"), (rows, lineEnd) => {
        const csv = rows.map((row) => row.join(",")).join(lineEnd);
        const oracle: string[][] = parse(csv, { record_delimiter: lineEnd });
        expect(gridOf(csv)).toEqual(oracle);
      }),
      { numRuns: 500 },
    );
  });

  it("finds the same fields wherever the bytes are cut into chunks", () => {
    const long = "x".repeat(1 << 19);
    const rows = [
      ["a", `${long}é`, 'q"q'],
      [long, `${long}"`, "two\nlines"],
      ["🙂".repeat(1 << 18), "", "end"],
    ];
    expect(gridOf(quoteAll(rows, "\n"))).toEqual(rows);
    expect(gridOf(Buffer.from(quoteAll(rows, "\r\n")))).toEqual(rows);
  });

  it("writes what it reads, and reads what it writes", () => {
    const names = ["a", "b", "c", "d"];
    // A lone carriage return is not quoted by Python's writer and ends a line when read again.
    const written = grids.map((rows) => rows.map((row) => row.map((text) => text.replaceAll("\r", ""))));
    fc.assert(
      fc.property(written, (rows) => {
        const width = rows[0]!.length;
        const csv = quoteAll([names.slice(0, width), ...rows], "\n");
        const frame = parseCsv(csv, AS_TEXT);
        const again = parseCsv(toCsv(frame), AS_TEXT);
        const firstIsBlank = (row: readonly string[]) => /^[ \t]*$/.test(row.join(""));
        if (rows.some(firstIsBlank)) return;
        expect([...again.rows()]).toEqual([...frame.rows()]);
      }),
      { numRuns: 500 },
    );
  });
});

describe("malformed text", () => {
  it("with too many fields in a row is refused, naming the line", () => {
    expect(() => parseCsv("a,b\n1,2\n\n3,4,5\n")).toThrow(ParserError);
    expect(() => parseCsv("a,b\n1,2\n\n3,4,5\n")).toThrow("Expected 2 fields in line 4, saw 3");
  });

  it("with millions of fields in a line is refused before they fill the memory", () => {
    const separators = ",".repeat(3_000_000);
    expect(() => parseCsv(`${separators}\n`)).toThrow("Line 1 has more than 1048576 fields");
    expect(() => parseCsv(`a,b\n1,2\n3,4${separators}\n`)).toThrow("Line 3 has more than 1048576 fields");
  });

  it("with an unclosed quote is refused", () => {
    expect(() => parseCsv('a,b\n1,"x\n')).toThrow("EOF inside string starting at row 1");
  });

  it("of blank lines only has no columns", () => {
    for (const text of ["", "\n", " \n\r\n\t\n"]) expect(() => parseCsv(text)).toThrow(EmptyDataError);
  });

  it("that pandas would read again and again is refused", () => {
    expect(() => parseCsv("a,b\r1,2\r3,4\r x,3\r")).toThrow(ParserError);
  });

  it("in another encoding is refused with the place of the byte", () => {
    const error = (() => {
      try {
        parseCsv(Buffer.from([0x61, 0x0a, 0xc3, 0xa9, 0xff, 0x0a]));
      } catch (cause) {
        return cause;
      }
    })();
    expect(error).toBeInstanceOf(TextEncodingError);
    expect(error).toMatchObject({ byteOffset: 4, encoding: "utf-8", code: "FRAME_TEXT_ENCODING" });
  });
});

describe("odd but accepted text", () => {
  const read = (text: string | Uint8Array, options = {}) => {
    const frame = parseCsv(text, options);
    return { columns: frame.columns, rows: frame.columns.map((name) => frame.column(name).cells()) };
  };

  it("loses a separator behind a blank line that ends in a carriage return", () => {
    expect(read("a\r\r,b\r")).toEqual({ columns: ["a"], rows: [["b"]] });
  });

  it("ends fields at a NUL byte", () => {
    expect(read("a,b\n1,2\x003\n\x00,x\n").rows).toEqual([
      [1, null],
      ["2", "x"],
    ]);
  });

  it("keeps text behind a closing quote", () => {
    expect(read('a,b\n"x"y,"z"""\n').rows).toEqual([["xy"], ['z"']]);
  });

  it("makes leading surplus fields the index, unless told not to", () => {
    const frame = parseCsv("a,b\n1,2,3\n4,5,6\n");
    expect(frame.indexLevels().map((level) => level.column.cells())).toEqual([[1, 4]]);
    expect(read("a,b\n1,2,3\n4,5,6\n", { indexColumn: false }).rows).toEqual([
      [1, 4],
      [2, 5],
    ]);
  });

  it("names unnamed and repeated columns as pandas", () => {
    expect(read(",a,,a,a.1\n1,2,3,4,5\n").columns).toEqual(["Unnamed: 0", "a", "Unnamed: 2", "a.2", "a.1"]);
  });

  it("decodes other encodings", () => {
    const latin = Buffer.from("a\né\n", "latin1");
    expect(read(latin, { encoding: "latin-1" }).rows).toEqual([["é"]]);
    expect(read(Buffer.from([0x61, 0x0a, 0x80, 0x0a]), { encoding: "cp1252" }).rows).toEqual([["€"]]);
    expect(() => read(Buffer.from([0x61, 0x0a, 0x81, 0x0a]), { encoding: "cp1252" })).toThrow(TextEncodingError);
    expect(read(Buffer.from("\ufeffa\nü\n", "utf16le"), { encoding: "utf-16" }).rows).toEqual([["ü"]]);
    expect(read(Buffer.from("\ufeffa\nü\n"), { encoding: "utf-8-sig" }).columns).toEqual(["a"]);
    expect(() => read(latin, { encoding: "ascii" })).toThrow(TextEncodingError);
  });

  it("reads chosen columns, names, types and rows", () => {
    const text = "a,b,c\n1,2,3\n4,5,6\n";
    expect(read(text, { columns: ["c", 0] })).toEqual({
      columns: ["a", "c"],
      rows: [
        [1, 4],
        [3, 6],
      ],
    });
    expect(read(text, { maxRows: 1, dtype: { b: "str", c: "float64" } }).rows).toEqual([[1], ["2"], [3]]);
    expect(read(text, { header: null }).columns).toEqual(["0", "1", "2"]);
    expect(read(text, { skipLines: 1 }).columns).toEqual(["1", "2", "3"]);
    expect(read("1\t2\n", { separator: "\t", names: ["x", "y"] })).toEqual({ columns: ["x", "y"], rows: [[1], [2]] });
    expect(() => parseCsv(text, { columns: ["z"] })).toThrow('There is no column "z"');
    expect(() => parseCsv("a\n1.5\n", { dtype: "int64" })).toThrow("cannot become int64");
  });
});
