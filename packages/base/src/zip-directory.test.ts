import { expect, it } from "vitest";
import { readZipDirectory, zip64Fields } from "./zip-directory.js";

/** An end record, by default that of an empty archive. */
function endRecord({ entries = 0, bytes = 0, offset = 0, commentBytes = 0 } = {}): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries, 10);
  end.writeUInt32LE(bytes, 12);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(commentBytes, 20);
  return end;
}

function record(name: string, offset: number): Buffer {
  const fields = Buffer.alloc(46);
  fields.writeUInt32LE(0x02014b50, 0);
  fields.writeUInt16LE(name.length, 28);
  fields.writeUInt32LE(offset, 42);
  return Buffer.concat([fields, Buffer.from(name)]);
}

function read(...parts: Buffer[]) {
  const file = Buffer.concat(parts);
  return readZipDirectory(
    {
      stat: async () => ({ size: file.length }),
      // As a file far away, that answers with less than it is asked for.
      read: async (buffer, offset, length, position) => ({
        bytesRead: file.copy(buffer, offset, position, Math.min(position + Math.min(length, 10), file.length)),
      }),
    },
    ({ rawName, offset }) => `${rawName} at ${offset}`,
  );
}

it("reads the records of an archive, also behind bytes that somebody put before it", async () => {
  const table = record("a", 0);
  const end = endRecord({ entries: 1, bytes: table.length });
  expect(await read(endRecord())).toEqual({ entries: [], offset: 0 });
  expect(await read(table, end)).toEqual({ entries: ["a at 0"], offset: 0 });
  expect(await read(Buffer.from("#!/bin/sh\n"), table, end)).toEqual({ entries: ["a at 10"], offset: 10 });
});

it("does not take a comment that looks like an end record for one", async () => {
  const table = record("a", 0);
  const fake = endRecord({ commentBytes: 0xffff });
  const end = endRecord({ entries: 1, bytes: table.length, commentBytes: fake.length });
  expect(await read(table, end, fake)).toEqual({ entries: ["a at 0"], offset: 0 });
});

it("says what is wrong, without making room for what a damaged record claims", async () => {
  const table = record("a", 0);
  await expect(read(Buffer.from("no zip at all, nor anything like one"))).rejects.toMatchObject({ code: "ZIP_NO_END" });
  await expect(read(endRecord({ bytes: 0xfffffff0 }))).rejects.toMatchObject({
    code: "ZIP_DAMAGED",
    message: "its end record points outside of the file",
  });
  await expect(read(table, endRecord({ entries: 2, bytes: table.length }))).rejects.toMatchObject({
    message: "its table of contents has 1 entries where 2 are announced",
  });
  table.writeUInt16LE(60, 28);
  await expect(read(table, endRecord({ entries: 1, bytes: table.length }))).rejects.toMatchObject({
    message: "an entry of its table of contents is cut off",
  });
});

it("takes the wide numbers in their order, behind other extra fields, and none that is not there", () => {
  const extra = Buffer.alloc(4 + 3 + 4 + 8);
  extra.writeUInt16LE(0x5455, 0);
  extra.writeUInt16LE(3, 2);
  extra.writeUInt16LE(1, 7);
  extra.writeUInt16LE(8, 9);
  extra.writeBigUInt64LE(5_000_000_000n, 11);
  const field = zip64Fields(extra);
  expect([field(7), field(0xffffffff), field(0xffffffff)]).toEqual([7, 5_000_000_000, 0xffffffff]);
});
