import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const bin = fileURLToPath(new URL("../bin/conformance.mjs", import.meta.url));
const run = (...args: string[]) => promisify(execFile)(process.execPath, [bin, ...args]);

it("says that a competition is equal, with every case, and ends with the totals", async () => {
  const { stdout } = await run("spaceship-titanic", "spooky-author-identification");
  expect(stdout).toMatch(/^spaceship-titanic +prepared equal {2}graded (\d+)\/\1$/m);
  expect(stdout).toMatch(/prepared 2\/2 equal, graded 2\/2 competitions and (\d+)\/\1 cases equal\n$/);
});

it("fails for a kit whose results are others, and shows one", async () => {
  const kit = fileURLToPath(new URL("./__fixtures__/wrong-kit/", import.meta.url));
  const failure = await run("--kit", kit, "--grade").then(
    () => undefined,
    (error: { code: number; stdout: string }) => error,
  );
  expect(failure?.code).toBe(1);
  expect(failure?.stdout).toContain("scored 1, upstream 0.25");
});

it("fails for a competition that the kit lacks, with the nearest one", async () => {
  await expect(run("spaceship-titanik")).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining("Did you mean spaceship-titanic?"),
  });
});
