import { afterAll, beforeAll, describe, it } from "vitest";
import { dockerTestProblem, TEST_SPEC } from "../test-support/docker.js";
import { providerSuite } from "../testing/provider-suite.js";
import { createDockerProvider } from "./provider.js";

const problem = await dockerTestProblem();

if (problem === undefined) {
  const framework = { describe, it, beforeAll, afterAll };
  providerSuite("docker", () => createDockerProvider({ maxSandboxes: 8 }), {
    framework,
    spec: TEST_SPEC,
    otherUser: "nobody",
  });
} else {
  describe("docker as a sandbox provider", () => {
    it.skip(`is not tested: ${problem}`, () => undefined);
  });
}
