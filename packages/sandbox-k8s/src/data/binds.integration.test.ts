import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseComposeSpec, type ServiceInput } from "@mlebench/sandbox-compose";
import { describe, expect, it } from "vitest";
import { createK8sProvider } from "../provider.js";
import { clusterTestProblem, TEST_IMAGE } from "../test-support/cluster.js";

const problem = clusterTestProblem();
const spec = (service: ServiceInput) => parseComposeSpec({ services: { default: { image: TEST_IMAGE, ...service } } });

describe.skipIf(problem !== undefined)(`binds on a cluster${problem === undefined ? "" : ` (${problem})`}`, () => {
  for (const data of ["stream", "hostPath"] as const) {
    it(`brings a bind to the pod by ${data}, not to be written by the agent`, async () => {
      const source = await mkdtemp(join(tmpdir(), "k8s-data-"));
      // Made for its owner alone, and the pod reads it as somebody else.
      await chmod(source, 0o755);
      await mkdir(join(source, "inner"));
      await writeFile(join(source, "inner/train.csv"), "id\n1\n");
      try {
        await using provider = createK8sProvider({
          imagePullPolicy: "Never",
          allowUnenforcedNetworkPolicy: true,
          data,
        });
        const sandbox = await provider.up(spec({ volumes: [`${source}:/home/data:ro`], user: "nobody" }), {
          runId: "data",
          name: "data",
        });
        const result = await sandbox.exec([
          "sh",
          "-c",
          "id -un; cat /home/data/inner/train.csv; echo x >/home/data/inner/train.csv",
        ]);
        expect(result.stdout).toBe("nobody\nid\n1\n");
        expect(result.exitCode).not.toBe(0);
      } finally {
        await rm(source, { recursive: true });
      }
    });
  }
});
