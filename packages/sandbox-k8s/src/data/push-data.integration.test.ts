import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseComposeSpec } from "@mlebench/sandbox-compose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createK8sProvider } from "../provider.js";
import { type TestClaim, testClaim } from "../test-support/claim.js";
import { clusterTestProblem, TEST_IMAGE } from "../test-support/cluster.js";
import { pushData } from "./push-data.js";

const problem = clusterTestProblem();

describe.skipIf(problem !== undefined)(
  `filling a claim on a cluster${problem === undefined ? "" : ` (${problem})`}`,
  () => {
    let claim: TestClaim;
    let root: string;
    let source: string;
    const target = "frost/prepared/public";
    const push = (options: Partial<Parameters<typeof pushData>[1]> = {}) =>
      pushData([{ source, target }], { claim: claim.name, image: TEST_IMAGE, imagePullPolicy: "Never", ...options });
    const pushed = (name: string) => join(claim.directory, target, name);

    beforeAll(async () => {
      claim = await testClaim();
      root = await mkdtemp(join(tmpdir(), "k8s-push-"));
      source = join(root, target);
      await mkdir(join(source, "images"), { recursive: true });
      await mkdir(join(source, "empty"));
      await mkdir(join(root, "frost/prepared/private"));
      await writeFile(join(root, "frost/prepared/private/answers.csv"), "the answers");
      await writeFile(join(source, "train.csv"), "id,frost\n1,0\n");
      await writeFile(join(source, "nothing.csv"), "");
      await writeFile(join(source, "a name with 'quotes' and ünïcode.csv"), "x");
      await writeFile(join(source, "images/large.bin"), Buffer.alloc(5 * 2 ** 20 + 7, "frost"));
    });

    afterAll(async () => {
      await claim?.[Symbol.asyncDispose]();
      await rm(root, { recursive: true });
    });

    it("leaves no folder under its name when it is stopped, and makes an equal one the next time", async () => {
      const controller = new AbortController();
      const stopped = push({
        signal: controller.signal,
        onProgress: ({ type }) => {
          if (type === "push-send") controller.abort();
        },
      });
      await expect(stopped).rejects.toThrow();
      expect(await readdir(join(claim.directory, "frost/prepared"))).toEqual(["public.partial"]);
      expect(await push()).toMatchObject([{ target, files: 4, removedFiles: 0 }]);
      const names = (await readdir(join(claim.directory, target), { recursive: true })).sort();
      expect(names).toEqual((await readdir(source, { recursive: true })).sort());
      expect(
        (await readFile(pushed("images/large.bin"))).equals(await readFile(join(source, "images/large.bin"))),
      ).toBe(true);
      const everything = await readdir(claim.directory, { recursive: true });
      expect(everything.filter((name) => /private|answers/.test(name))).toEqual([]);
    });

    it("sends nothing again that is equal already", async () => {
      expect(await push()).toMatchObject([{ files: 4, sentFiles: 0, sentBytes: 0, removedFiles: 0 }]);
    });

    it("goes on where an earlier push was cut off, mends what was damaged and removes what is not here", async () => {
      await rename(join(claim.directory, target), join(claim.directory, `${target}.partial`));
      const partial = (name: string) => join(claim.directory, `${target}.partial`, name);
      await truncate(partial("images/large.bin"), 1000);
      await writeFile(partial("train.csv"), "id,frost\n1,1\n");
      await appendFile(partial("stale.csv"), "old");
      expect(await push()).toMatchObject([{ files: 4, sentFiles: 2, removedFiles: 1 }]);
      expect(await readFile(pushed("train.csv"), "utf8")).toBe("id,frost\n1,0\n");
      expect(await readdir(join(claim.directory, "frost/prepared"))).toEqual(["public"]);
    });

    it("gives the data to sandboxes, read-only", async () => {
      await using provider = createK8sProvider({
        imagePullPolicy: "Never",
        allowUnenforcedNetworkPolicy: true,
        data: { claim: claim.name, root },
      });
      const volumes = [`${source}:/home/data:ro`];
      const spec = parseComposeSpec({ services: { default: { image: TEST_IMAGE, volumes } } });
      const sandbox = await provider.up(spec, { runId: "claim", name: "claim" });
      const read = await sandbox.exec(["sh", "-c", "cat /home/data/train.csv; echo x >/home/data/train.csv"]);
      expect(read.stdout).toBe("id,frost\n1,0\n");
      expect(read.stderr).toContain("Read-only file system");
    });

    it("tells a sandbox what to do about data that was not pushed, and about a claim that is not there", async () => {
      const up = async (name: string, folder: string) => {
        await using provider = createK8sProvider({
          imagePullPolicy: "Never",
          allowUnenforcedNetworkPolicy: true,
          patienceSeconds: 0,
          data: { claim: name, root },
        });
        const volumes = [`${join(root, folder)}:/home/data:ro`];
        const spec = parseComposeSpec({ services: { default: { image: TEST_IMAGE, volumes } } });
        await provider.up(spec, { runId: "claim", name: "claim" });
      };
      await mkdir(join(root, "thaw/prepared/public"), { recursive: true });
      await writeFile(join(root, "thaw/prepared/public/train.csv"), "id\n");
      await expect(up(claim.name, "thaw/prepared/public")).rejects.toMatchObject({
        hint: expect.stringContaining("mlebench data push"),
      });
      await expect(up("of-nobody", target)).rejects.toMatchObject({ hint: expect.stringContaining("kubectl get pvc") });
    });

    it("follows no link out of the folder, such as one to the answers", async () => {
      const link = join(source, "innocent.csv");
      await symlink(join(root, "frost/prepared/private/answers.csv"), link);
      try {
        await expect(push()).rejects.toThrow("innocent.csv is a link that leads out");
        expect(await readdir(join(claim.directory, target))).not.toContain("innocent.csv");
      } finally {
        await rm(link);
      }
    });

    it("writes nowhere but into the claim", async () => {
      const outside = pushData([{ source, target: "../outside" }], { claim: claim.name, image: TEST_IMAGE });
      await expect(outside).rejects.toThrow("no folder inside of the claim");
    });
  },
);
