import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { extract } from "../archives/extract.js";
import { createPrepareContext } from "../prepare-context.js";
import { getPreparer } from "../preparers.js";

const kit = fileURLToPath(new URL("../../../conformance/kit/", import.meta.url));
const root = mkdtempSync(join(tmpdir(), "mlebench-prepare-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The full comparison of all competitions is the conformance package's; these two are the examples of the README. */
describe.each(["spaceship-titanic", "spooky-author-identification"])("%s", (id) => {
  it("prepares the files upstream prepares", async () => {
    await extract(join(kit, id, "raw.zip"), join(root, id, "raw"));
    const context = createPrepareContext({
      competitionId: id,
      rawDirectory: join(root, id, "raw"),
      publicDirectory: join(root, id, "public"),
      privateDirectory: join(root, id, "private"),
      scratchDirectory: join(root, id, "scratch"),
    });
    await (await getPreparer(id)).prepare(context);
    const expected = JSON.parse(readFileSync(join(kit, id, "expected.json"), "utf8"));
    for (const part of ["public", "private"]) {
      for (const [name, { md5 }] of Object.entries<{ md5: string }>(expected[part])) {
        const content = readFileSync(join(root, id, part, name));
        expect(createHash("md5").update(content).digest("hex"), `${part}/${name}`).toBe(md5);
      }
    }
  });
});
