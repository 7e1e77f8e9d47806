import { parseComposeSpec } from "@mlebench/sandbox-compose";
import { describe, expect, it, vi } from "vitest";
import { NetworkNotIsolatedError } from "../errors.js";
import type { FollowedPods } from "../pod/watcher.js";
import { createK8sProvider } from "../provider.js";
import { clusterTestProblem, TEST_IMAGE } from "../test-support/cluster.js";
import { exitCode, judgeCodes } from "./check.js";
import { NO_TOOL, NOT_REACHED, REACHED } from "./probe-scripts.js";

const problem = clusterTestProblem();
const spec = parseComposeSpec({ services: { default: { image: TEST_IMAGE, network_mode: "none" } } });

describe("the verdict on the network", () => {
  it("is good only when the control reached what the walled pod did not", () => {
    expect(judgeCodes(REACHED, NOT_REACHED, "a")).toBeUndefined();
    expect(judgeCodes(REACHED, REACHED, "a")).toContain("does not enforce NetworkPolicy");
    expect(judgeCodes(NOT_REACHED, NOT_REACHED, "a")).toContain("without any policy could not");
    expect(judgeCodes(NO_TOOL, NO_TOOL, "a:1")).toContain("a:1 has neither perl nor python3");
    expect(judgeCodes(REACHED, undefined, "a")).toContain("could not be tried");
    expect(judgeCodes(137, NOT_REACHED, "a")).toContain("exit code 137");
  });
});

describe("a pod of the check that its node does not end", () => {
  it("is waited for no longer than its node has for that", async () => {
    vi.useFakeTimers();
    try {
      const pods: FollowedPods = {
        pod: () => ({ status: { phase: "Running" } }),
        trouble: () => undefined,
        onChange: () => () => undefined,
        close: () => undefined,
      };
      const code = exitCode(pods, "walled", undefined);
      await vi.runAllTimersAsync();
      expect(await code).toBeUndefined();
    } finally {
      vi.useRealTimers();
    }
  });
});

describe.skipIf(problem !== undefined)(
  `the check of the network on a cluster${problem === undefined ? "" : ` (${problem})`}`,
  () => {
    it("refuses to start where nothing enforces a policy, and leaves nothing behind", async () => {
      await using provider = createK8sProvider({ imagePullPolicy: "Never", env: {} });
      const refused = provider.up(spec, { runId: "unenforced", name: "open" });
      await expect(refused).rejects.toBeInstanceOf(NetworkNotIsolatedError);
      await expect(refused).rejects.toThrow("a pod that is denied all reached another one");
      expect((await provider.cleanup({ runId: "unenforced" })).removed).toEqual([]);
    });

    it("passes a runtime class without network, once for all sandboxes", async () => {
      await using provider = createK8sProvider({ imagePullPolicy: "Never", runtimeClassName: "isolated", env: {} });
      const tries: string[] = [];
      const up = () =>
        provider.up(spec, {
          runId: "isolated",
          name: "closed",
          onProgress: (event) => {
            if (event.type === "warning") tries.push(event.message);
          },
        });
      const [first] = await Promise.all([up(), up()]);
      expect(first?.capabilities.isolated).toBe(true);
      expect(tries).toEqual(["network: trying whether the cluster keeps pods from it"]);
    });

    it("lets a trusting caller start without a check", async () => {
      await using provider = createK8sProvider({
        imagePullPolicy: "Never",
        env: { MLEBENCH_K8S_ALLOW_UNENFORCED_NETWORK_POLICY: "1" },
      });
      const sandbox = await provider.up(spec, { runId: "trusted", name: "trusted" });
      expect((await sandbox.exec(["echo", "up"])).stdout).toBe("up\n");
    });
  },
);
