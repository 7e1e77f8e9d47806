import { promisify } from "node:util";
import { crc32, deflateRaw } from "node:zlib";
import type { ZipMember } from "./zip-appender.js";
import { dosTime, METHOD_DEFLATE } from "./zip-format.js";

const deflate = promisify(deflateRaw);

/** Compresses a text into a zip member. */
export async function deflateMember(name: string, text: string, now: Date): Promise<ZipMember> {
  const content = Buffer.from(text, "utf8");
  const compressed = await deflate(content);
  return {
    entry: {
      name,
      method: METHOD_DEFLATE,
      flags: 0,
      crc32: crc32(content),
      compressedSize: compressed.length,
      size: content.length,
      modified: dosTime(now),
    },
    compressed,
  };
}
