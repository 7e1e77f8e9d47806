import { parseComposeSpec } from "@mlebench/sandbox-compose";
import { providerSuite } from "@mlebench/sandbox-compose/testing";
import { afterAll, beforeAll, describe, it } from "vitest";
import { createK8sProvider } from "./provider.js";
import { clusterTestProblem, TEST_IMAGE } from "./test-support/cluster.js";

const problem = clusterTestProblem();

if (problem === undefined) {
  providerSuite(
    "k8s",
    () =>
      createK8sProvider({
        maxSandboxes: 8,
        imagePullPolicy: "Never",
        runtimeClassName: process.env["MLEBENCH_TEST_RUNTIME_CLASS"] ?? "isolated",
      }),
    {
      framework: { describe, it, beforeAll, afterAll },
      spec: parseComposeSpec({ services: { default: { image: TEST_IMAGE, mem_limit: "512m" } } }),
      otherUser: "nobody",
    },
  );
} else {
  describe("k8s as a sandbox provider", () => {
    it.skip(`is not tested: ${problem}`, () => undefined);
  });
}
