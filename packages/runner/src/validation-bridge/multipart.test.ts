import { Readable } from "node:stream";
import fc from "fast-check";
import { expect, it } from "vitest";
import { boundaryOf, readFileField } from "./multipart.js";

async function read(body: Buffer, step: number, boundary = "XX"): Promise<{ found: boolean; data: Buffer }> {
  const pieces: Buffer[] = [];
  for (let at = 0; at < body.length; at += step) pieces.push(body.subarray(at, at + step));
  const seen: Buffer[] = [];
  const found = await readFileField(Readable.from(pieces), boundary, "file", async (chunk) => {
    seen.push(Buffer.from(chunk));
  });
  return { found, data: Buffer.concat(seen) };
}

function form(content: Uint8Array, name = "file"): Buffer {
  return Buffer.concat([
    Buffer.from('--XX\r\nContent-Disposition: form-data; name="note"\r\n\r\nhello\r\n'),
    Buffer.from(
      `--XX\r\nContent-Disposition: form-data; name="${name}"; filename="s.csv"\r\nContent-Type: text/csv\r\n\r\n`,
    ),
    content,
    Buffer.from("\r\n--XX--\r\n"),
  ]);
}

it("gives back the file whatever its bytes and however the body is cut", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 400 }), async (content, step) => {
      const { found, data } = await read(form(content), step);
      expect(found).toBe(true);
      expect(data).toEqual(Buffer.from(content));
    }),
  );
});

it("keeps line ends, dashes and near-boundaries of the content", async () => {
  const content = Buffer.from("id,x\r\n--X\r\n--\r\n\r\n-");
  expect((await read(form(content), 3)).data).toEqual(content);
});

it("tells when the field is missing and when the body breaks off", async () => {
  expect((await read(form(Buffer.from("a"), "other"), 7)).found).toBe(false);
  await expect(read(form(Buffer.from("a")).subarray(0, -6), 7)).rejects.toThrow(/breaks off/);
  await expect(read(Buffer.concat([Buffer.from("--XX\r\n"), Buffer.alloc(40_000, 65)]), 900)).rejects.toThrow(
    /too long/,
  );
});

it("reads the boundary with and without quotes, and refuses other content types", () => {
  expect(boundaryOf("multipart/form-data; boundary=----abc")).toBe("----abc");
  expect(boundaryOf('multipart/form-data; charset=utf-8; boundary="a b"')).toBe("a b");
  expect(() => boundaryOf("application/json")).toThrow(/not a multipart form/);
  expect(() => boundaryOf(undefined)).toThrow(/not a multipart form/);
});
