import type { V1ContainerState, V1Pod } from "@kubernetes/client-node";
import { describe, expect, it } from "vitest";
import { podLoss } from "./pod-loss.js";
import { judge } from "./start-verdict.js";

const pod = (state: V1ContainerState, status: V1Pod["status"] = {}): V1Pod => ({
  metadata: { name: "p" },
  spec: { nodeName: "n1", containers: [] },
  status: {
    phase: "Running",
    ...status,
    containerStatuses: [{ name: "main", image: "i", imageID: "", ready: true, started: true, restartCount: 0, state }],
  },
});
const waiting = (reason: string, message: string) => pod({ waiting: { reason, message } }, { phase: "Pending" });

describe("a pod on its way up", () => {
  it.each([
    ["ErrImagePull", 'failed to resolve reference "r.example/i:1": r.example/i:1: not found', "failed"],
    ["ErrImagePull", "pull access denied, repository does not exist or may require authorization", "failed"],
    ["ImagePullBackOff", 'Back-off pulling image "i": unexpected status: 401 Unauthorized', "failed"],
    ["ErrImageNeverPull", 'Container image "i" is not present with pull policy of Never', "failed"],
    ["ErrImagePull", "dial tcp 10.0.0.1:443: connect: connection refused", "stuck"],
    ["ErrImagePull", "toomanyrequests: You have reached your pull rate limit", "stuck"],
    ["ImagePullBackOff", 'Back-off pulling image "i"', "stuck"],
    ["CreateContainerError", "context deadline exceeded", "stuck"],
    ["CreateContainerConfigError", 'secret "s" not found', "failed"],
    ["ContainerCreating", "", "wait"],
  ])("%s with %j is %s", (reason, message, state) => {
    expect(judge(waiting(reason, message), "default")).toMatchObject({ state });
  });

  it.each([
    ["Insufficient nvidia.com/gpu", "GPU_UNAVAILABLE"],
    ["Insufficient nvidia.com/mig-1g.5gb", "GPU_UNAVAILABLE"],
    ["Insufficient ephemeral-storage", "K8S_NO_CAPACITY"],
  ])("without a node is %s, which is %s", (message, code) => {
    const conditions = [
      { type: "PodScheduled", status: "False", reason: "Unschedulable", message: `0/1: 1 ${message}.` },
    ];
    expect(judge({ status: { phase: "Pending", conditions } }, "default")).toMatchObject({
      state: "stuck",
      error: { code, hint: expect.not.stringContaining("Docker") },
    });
  });

  it("is given up when Kubernetes deletes it, as it does on a node that is lost", () => {
    const conditions = [
      { type: "DisruptionTarget", status: "True", reason: "DeletionByTaintManager", message: "a taint" },
    ];
    const deleted = pod({ waiting: { reason: "ContainerCreating" } }, { phase: "Pending", conditions });
    deleted.metadata!.deletionTimestamp = new Date();
    expect(judge(deleted, "default")).toMatchObject({
      state: "failed",
      error: { message: expect.stringContaining("DeletionByTaintManager") },
    });
  });

  it("is up once its startup probe passed, and not before", () => {
    expect(judge(pod({ running: {} }), "default")).toEqual({ state: "up" });
    const starting = pod({ running: {} });
    starting.status!.containerStatuses![0]!.started = false;
    expect(judge(starting, "default")).toEqual({ state: "wait" });
  });
});

describe("a pod that was up", () => {
  const ready = (status: string) => [{ type: "Ready", status }];

  it("is well while it runs", () => {
    expect(podLoss(pod({ running: {} }, { conditions: ready("True") }))).toBeUndefined();
  });

  it("is lost with its node, which only the condition tells", () => {
    expect(podLoss(pod({ running: {} }, { conditions: ready("False") }))).toMatchObject({
      reason: "daemon",
      facts: expect.stringContaining("n1"),
    });
  });

  it("tells why it is deleted where Kubernetes does", () => {
    const drained = pod(
      { running: {} },
      {
        conditions: [
          {
            type: "DisruptionTarget",
            status: "True",
            reason: "EvictionByEvictionAPI",
            message: "Eviction API: evicting",
          },
        ],
      },
    );
    drained.metadata!.deletionTimestamp = new Date();
    expect(podLoss(drained)).toMatchObject({
      reason: "removed",
      facts: expect.stringContaining("EvictionByEvictionAPI"),
    });
  });

  it("names the time limit that ended it", () => {
    const late = pod(
      { terminated: { exitCode: 143, reason: "Error" } },
      { phase: "Failed", reason: "DeadlineExceeded", message: "Pod was active on the node longer than the deadline" },
    );
    expect(podLoss(late)).toMatchObject({ reason: "stopped", hint: expect.stringContaining("maxLifetimeSeconds") });
  });
});
