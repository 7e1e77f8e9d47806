import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OutputDirectory } from "./output-directory.js";
import { MissingRawFileError, RawDirectory } from "./raw-directory.js";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "mlebench-raw-"));
  mkdirSync(join(root, "train", "deep"), { recursive: true });
  for (const name of ["train.csv", "train/b.png", "train/a.png", "train/a.txt"]) writeFileSync(join(root, name), "");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("RawDirectory", () => {
  it("gives paths of what is there and names what is not", () => {
    const raw = new RawDirectory(root);
    expect(raw.file("train.csv")).toBe(join(root, "train.csv"));
    expect(raw.dir("train").file("a.png")).toBe(join(root, "train", "a.png"));
    expect([raw.exists("train", "a.png"), raw.exists("test")]).toEqual([true, false]);
    expect(() => raw.file("train")).toThrow(MissingRawFileError);
    expect(() => raw.dir("train.csv")).toThrow(MissingRawFileError);
    expect(() => raw.dir("train").file("c.png")).toThrow("lack train/c.png. train holds a.png, a.txt, b.png, deep.");
    expect(() => raw.file("test", "deep", "c.png")).toThrow("lack test/deep/c.png. It holds train, train.csv.");
  });

  it("names all that is missing at once", () => {
    expect(() => new RawDirectory(root).require("train.csv", "test.csv", "train", "test")).toThrow(
      "lack test.csv, test.",
    );
  });

  it("lists names ordered by code point", () => {
    const train = new RawDirectory(root).dir("train");
    expect(train.fileNames(".png")).toEqual(["a.png", "b.png"]);
    expect(train.fileNames()).toEqual(["a.png", "a.txt", "b.png"]);
    expect(train.directoryNames()).toEqual(["deep"]);
  });

  it("remembers the file read last, in all its parts", () => {
    const raw = new RawDirectory(root);
    const train = raw.dir("train");
    train.file("a.png");
    expect([raw.lastRead, train.lastRead]).toEqual([join(root, "train/a.png"), join(root, "train/a.png")]);
  });

  it("never leaves its folder", () => {
    const raw = new RawDirectory(root);
    for (const name of ["../x", "train/../../x", "/etc/passwd", "a\0b"]) {
      expect(() => raw.join(name), name).toThrow("leads out");
    }
    expect(raw.join("train/../train.csv")).toBe(join(root, "train.csv"));
    expect(raw.join("..x")).toBe(join(root, "..x"));
  });
});

describe("OutputDirectory", () => {
  it("makes the folders of files it is asked for, and only inside", () => {
    const output = new OutputDirectory(join(root, "public"));
    writeFileSync(output.file("a", "b", "c.csv"), "");
    expect(existsSync(join(root, "public/a/b/c.csv"))).toBe(true);
    expect(output.dir("images").path).toBe(join(root, "public/images"));
    output.join("not", "made");
    expect(existsSync(join(root, "public/not"))).toBe(false);
    expect(() => output.file("../private/x")).toThrow("leads out");
  });
});
