import { statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { freeBytes } from "./free-bytes.js";

it("freeBytes counts the disk of the nearest folder that exists", async () => {
  const { blocks, bsize } = await statfs(tmpdir());
  const free = await freeBytes(join(tmpdir(), "not", "there", "yet"));
  expect(free).toBeGreaterThan(0);
  expect(free).toBeLessThanOrEqual(blocks * bsize);
});
