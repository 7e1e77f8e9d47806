import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  Column,
  ColumnMissingError,
  ComparisonError,
  ConversionError,
  concat,
  createCsvWriter,
  DataFrame,
  FrameError,
  merge,
  oneHot,
  parseCsv,
  readCsv,
  ShapeError,
  toCsv,
  withOneHot,
  writeCsv,
} from "./index.js";

const frame = parseCsv("id,v,name\n3,1.5,c\n1,,a\n2,2.0,b\n1,4.0,a\n");

describe("a table", () => {
  it("selects, drops, renames and adds columns", () => {
    expect(toCsv(frame.select(["name", "id"]).head(1))).toBe("name,id\nc,3\n");
    expect(frame.drop("v").columns).toEqual(["id", "name"]);
    expect(frame.rename({ v: "value", gone: "x" }).columns).toEqual(["id", "value", "name"]);
    expect(toCsv(frame.withColumn("one", 1).withColumn("half", 0.5).head(1))).toBe(
      "id,v,name,one,half\n3,1.5,c,1,0.5\n",
    );
    expect(() => frame.column("ID")).toThrow(ColumnMissingError);
    expect(() => frame.withColumn("v", [1])).toThrow(ShapeError);
  });

  it("keeps row labels through filters and orders", () => {
    const kept = frame.filter((row) => frame.column("id").get(row) !== 3);
    expect(toCsv(kept, { index: true, columns: ["id"] })).toBe(",id\n1,1\n2,2\n3,1\n");
    expect(toCsv(frame.sort("id", { ascending: false }), { index: true, columns: ["name"] })).toBe(
      ",name\n0,c\n2,b\n1,a\n3,a\n",
    );
    expect(toCsv(kept.resetIndex(), { index: true, columns: ["id"] })).toBe(",id\n0,1\n1,2\n2,1\n");
    expect(kept.resetIndex({ keep: true }).columns).toEqual(["index", "id", "v", "name"]);
    expect(toCsv(frame.setIndex(["name"]).head(1), { index: true })).toBe("name,id,v\nc,3,1.5\n");
  });

  it("sorts by several keys with missing cells last", () => {
    expect([...frame.sortOrder(["name", "v"])]).toEqual([3, 1, 2, 0]);
    expect([...frame.sortOrder(["name", "v"], { ascending: [false, false] })]).toEqual([0, 2, 3, 1]);
  });

  it("refuses to order text and numbers", () => {
    expect(() => new DataFrame({ a: Column.object(["x", 1n]) }).sort("a")).toThrow(ComparisonError);
  });

  it("groups rows, sorted by key or by appearance", () => {
    expect(frame.groupBy("id").map((group) => [group.keys[0], group.rows])).toEqual([
      [1, [1, 3]],
      [2, [2]],
      [3, [0]],
    ]);
    expect(frame.groupBy("id", { sort: false }).map((group) => group.keys[0])).toEqual([3, 1, 2]);
    expect(frame.groupBy("v").length).toBe(3);
  });

  it("drops repeated and incomplete rows", () => {
    expect([
      ...frame
        .dropDuplicates({ by: ["id"] })
        .column("name")
        .cells(),
    ]).toEqual(["c", "a", "b"]);
    expect(
      frame
        .dropDuplicates({ by: ["id"], keep: "last" })
        .column("v")
        .cells(),
    ).toEqual([1.5, 2, 4]);
    expect(frame.dropMissing().height).toBe(3);
  });

  it("joins tables one below the other", () => {
    const both = concat([frame.head(1), parseCsv("id,extra\n9,x\n")], { ignoreIndex: true });
    expect(toCsv(both)).toBe("id,v,name,extra\n3,1.5,c,\n9,,,x\n");
    expect(toCsv(concat([frame.head(1), frame.head(1)]), { index: true, columns: ["id"] })).toBe(",id\n0,3\n0,3\n");
  });

  it("merges on keys in the left order", () => {
    const right = parseCsv("id,v,n\n1,9,5\n1,8,6\n3,7,7\n");
    expect(toCsv(merge(frame, right, { on: "id" }))).toBe(
      "id,v_x,name,v_y,n\n3,1.5,c,7,7\n1,,a,9,5\n1,,a,8,6\n1,4.0,a,9,5\n1,4.0,a,8,6\n",
    );
    expect(toCsv(merge(frame, right.drop("v"), { on: "id", how: "left" }).select(["id", "n"]))).toBe(
      "id,n\n3,7.0\n1,5.0\n1,6.0\n2,\n1,5.0\n1,6.0\n",
    );
  });

  it("makes one column per class", () => {
    expect(toCsv(withOneHot(frame.select(["id", "name"]), "name").head(2))).toBe("id,a,b,c\n3,0,0,1\n1,1,0,0\n");
    expect(oneHot(frame.column("id"), { prefix: "id_", kind: "bool" }).map(([name]) => name)).toEqual([
      "id_1",
      "id_2",
      "id_3",
    ]);
  });
});

describe("a column", () => {
  it("tells kinds and cells apart as pandas", () => {
    expect(Column.from([1, 2]).kind).toBe("int64");
    expect(Column.from([1, 2.5]).kind).toBe("float64");
    expect(Column.from([1, null]).kind).toBe("float64");
    expect(Column.from([true, null]).kind).toBe("object");
    expect(Column.from([2n ** 60n, 1]).get(0)).toBe(2n ** 60n);
    expect(toCsv(new DataFrame({ a: Column.object([1, 1n, true, null, "x"]) }))).toBe('a\n1.0\n1\nTrue\n""\nx\n');
  });

  it("converts as Python does", () => {
    expect(Column.from([0.9, -0.9]).asType("int64").cells()).toEqual([0, 0]);
    expect(Column.object([" 1_000 ", "٣"]).asType("int64").cells()).toEqual([1000, 3]);
    expect(() => Column.object(["3.0"]).asType("int64")).toThrow(ConversionError);
    expect(() => Column.float64([Number.NaN]).asType("int64")).toThrow(ConversionError);
    expect(Column.float64([1, Number.NaN]).asType("str").cells()).toEqual(["1.0", "nan"]);
    expect(() => Column.object(["x"]).numbers()).toThrow(ConversionError);
    expect([...Column.bool([true, false]).numbers()]).toEqual([1, 0]);
  });

  it("fills, counts and finds cells", () => {
    expect(frame.column("v").fillMissing(0).cells()).toEqual([1.5, 0, 2, 4]);
    expect(frame.column("v").countMissing()).toBe(1);
    expect(frame.column("id").valueCounts()).toEqual([
      { value: 1, count: 2 },
      { value: 3, count: 1 },
      { value: 2, count: 1 },
    ]);
    expect(frame.column("id").unique()).toEqual([3, 1, 2]);
    expect(frame.column("id").isIn([1n, "3"])).toEqual([false, true, false, true]);
  });
});

describe("files", () => {
  it("appear only when complete", async () => {
    const directory = await mkdtemp(join(tmpdir(), "frame-files-"));
    try {
      await writeCsv(join(directory, "a.csv"), frame);
      expect(toCsv(await readCsv(join(directory, "a.csv")))).toBe(toCsv(frame));
      const writer = createCsvWriter(join(directory, "b.csv"));
      writer.write(frame.head(1));
      expect(() => writer.write(frame.drop("v"))).toThrow(ShapeError);
      writer.write(frame.slice(1, 2));
      expect((await readdir(directory)).includes("b.csv")).toBe(false);
      await writer.close();
      expect(await readFile(join(directory, "b.csv"), "utf8")).toBe("id,v,name\n3,1.5,c\n1,,a\n");
      {
        await using abandoned = createCsvWriter(join(directory, "c.csv"));
        abandoned.write(frame);
      }
      expect((await readdir(directory)).sort()).toEqual(["a.csv", "b.csv"]);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it("that do not exist fail with the system's error, not ours", async () => {
    const error = await readCsv("/nowhere/at-all.csv").catch((cause: unknown) => cause);
    expect(FrameError.is(error)).toBe(false);
    expect(error).toMatchObject({ code: "ENOENT" });
  });
});
