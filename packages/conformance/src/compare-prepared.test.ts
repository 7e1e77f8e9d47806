import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode } from "fast-png";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ZipFile } from "yazl";
import { comparePrepared } from "./compare-prepared.js";
import { BUNDLED_KIT, type Expected, type ExpectedFile, md5, readExpected } from "./kit.js";
import { readZip, unzipTo, type ZipContent } from "./zip.js";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "compare-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

async function zipOf(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, text] of Object.entries(files)) zip.addBuffer(Buffer.from(text), name);
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

function expectedOf(publicFiles: Readonly<Record<string, ExpectedFile>>, unstable: readonly string[] = []): Expected {
  return { competition: "any", public: publicFiles, private: {}, unstable, grading: [] };
}

/** Compares one public file of ours with one of upstream's. */
async function compareOne(
  name: string,
  ours: Buffer,
  theirs: Buffer,
  extra: Partial<ExpectedFile> = {},
  unstable = false,
) {
  mkdirSync(join(directory, "public"));
  writeFileSync(join(directory, "public", name), ours);
  const expected = expectedOf(
    { [name]: { size: theirs.length, md5: md5(theirs), ...extra } },
    unstable ? [`public/${name}`] : [],
  );
  const upstream: ZipContent = { files: new Map([[`public/${name}`, theirs]]), folders: [] };
  return (await comparePrepared(directory, expected, upstream)).map(({ problem }) => problem);
}

describe("a prepared folder", () => {
  const id = "leaf-classification";
  const unpack = async () => {
    const upstream = await readZip(await readFile(join(BUNDLED_KIT, id, "prepared.zip")));
    await unzipTo(upstream, directory);
    return { upstream, expected: await readExpected(BUNDLED_KIT, id) };
  };

  it("equals itself, empty folders included", async () => {
    const { upstream, expected } = await unpack();
    expect(await comparePrepared(directory, expected, upstream)).toEqual([]);
  });

  it("differs by a missing file, a surplus one, and by empty folders; a description may be there", async () => {
    const { upstream, expected } = await unpack();
    rmSync(join(directory, "public", "test.csv"));
    rmSync(join(directory, "private", "images"), { recursive: true });
    writeFileSync(join(directory, "public", "leak.csv"), "x");
    writeFileSync(join(directory, "public", "description.md"), "x");
    mkdirSync(join(directory, "public", "nothing"));
    expect(await comparePrepared(directory, expected, upstream)).toEqual([
      { path: "public/test.csv", problem: "missing" },
      { path: "public/leak.csv", problem: "upstream has no such file" },
      { path: "private/images", problem: "missing empty folder" },
      { path: "public/nothing", problem: "upstream has no such empty folder" },
    ]);
  });

  it("differs everywhere when it is not there", async () => {
    const { upstream, expected } = await unpack();
    const differences = await comparePrepared(join(directory, "nowhere"), expected, upstream);
    expect(differences.filter(({ problem }) => problem === "missing").length).toBeGreaterThan(3);
  });
});

describe("a file", () => {
  it("shows the first line of text that differs", async () => {
    const [problem] = await compareOne("a.csv", Buffer.from("id\n1\n2.0\n"), Buffer.from("id\n1\n2\n"));
    expect(problem).toContain("line 3");
    expect(problem).toContain('upstream "2"');
  });

  it("shows the first byte that differs of anything else", async () => {
    const [problem] = await compareOne("a.npy", Buffer.from([0, 1, 2]), Buffer.from([0, 1, 3]));
    expect(problem).toBe("byte 2: 0x02, upstream 0x03");
  });

  it("that is a zip equals one with the same names and contents, packed another way", async () => {
    const theirs = await zipOf({ "a.txt": "1", "b.txt": "2" });
    const entries = { "a.txt": md5(Buffer.from("1")), "b.txt": md5(Buffer.from("2")) };
    expect(await compareOne("a.zip", await zipOf({ "b.txt": "2", "a.txt": "1" }), theirs, { entries })).toEqual([]);
    rmSync(join(directory, "public"), { recursive: true });
    expect(await compareOne("a.zip", await zipOf({ "a.txt": "1", "b.txt": "3" }), theirs, { entries })).toEqual([
      "b.txt in the zip differs",
    ]);
    rmSync(join(directory, "public"), { recursive: true });
    expect(await compareOne("a.zip", await zipOf({ "a.txt": "1" }), theirs, { entries })).toEqual([
      "the zip lacks b.txt",
    ]);
  });

  it("that is a png equals one with the same pixels, encoded another way", async () => {
    const image = { width: 2, height: 1, channels: 1, depth: 8, data: Uint8Array.from([1, 2]) } as const;
    const theirs = Buffer.from(encode(image, { zlib: { level: 9 } }));
    const same = Buffer.from(encode(image, { zlib: { level: 0 } }));
    expect(same.equals(theirs)).toBe(false);
    expect(await compareOne("a.png", same, theirs, { pixels: "any" })).toEqual([]);
    rmSync(join(directory, "public"), { recursive: true });
    const other = Buffer.from(encode({ ...image, data: Uint8Array.from([1, 3]) }));
    expect(await compareOne("a.png", other, theirs, { pixels: "any" })).toEqual(["sample 1 is 3, upstream 2"]);
  });

  it("that is unstable needs to be well-formed only", async () => {
    const theirs = await zipOf({ "a.txt": "1" });
    expect(await compareOne("a.zip", await zipOf({ "z.txt": "9" }), theirs, {}, true)).toEqual([]);
    rmSync(join(directory, "public"), { recursive: true });
    const [problem] = await compareOne("a.zip", Buffer.from("no zip"), theirs, {}, true);
    expect(problem).toMatch(/cannot be read/);
  });
});
