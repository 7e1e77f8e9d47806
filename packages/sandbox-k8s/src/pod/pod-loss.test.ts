import type { V1Pod } from "@kubernetes/client-node";
import { describe, expect, it } from "vitest";
import { podLoss } from "./pod-loss.js";

type Ended = NonNullable<NonNullable<NonNullable<V1Pod["status"]>["containerStatuses"]>[number]["state"]>["terminated"];

function pod(
  ended: Ended | undefined,
  {
    status = {},
    limits = { memory: "1Gi" },
    deleted = false,
  }: Partial<{
    status: V1Pod["status"];
    limits: Record<string, string>;
    deleted: boolean;
  }> = {},
): V1Pod {
  const state = ended === undefined ? { running: {} } : { terminated: ended };
  return {
    metadata: { name: "mle-a", ...(deleted && { deletionTimestamp: new Date() }) },
    spec: { nodeName: "n", containers: [{ name: "default", resources: { limits } }] },
    status: {
      ...(ended && { phase: "Failed" }),
      containerStatuses: [{ name: "default", image: "i", imageID: "", ready: false, restartCount: 0, state }],
      ...status,
    },
  };
}
const evicted = (message: string) => ({ status: { phase: "Failed", reason: "Evicted", message } });
const disrupted = (reason: string) => ({
  status: { conditions: [{ type: "DisruptionTarget", status: "True", reason, message: "m" }] },
});

describe("whose doing the end of a pod was", () => {
  it.each([
    ["everything in it was killed", pod({ exitCode: 137, reason: "Error" }), "stopped", "agent"],
    ["its main process ended by itself", pod({ exitCode: 0, reason: "Completed" }), "stopped", "agent"],
    ["it met its memory limit", pod({ exitCode: 137, reason: "OOMKilled" }), "out-of-memory", "agent"],
    [
      "its node ran out of memory, as it has no limit",
      pod({ exitCode: 137, reason: "OOMKilled" }, { limits: {} }),
      "out-of-memory",
      "host",
    ],
    [
      "it wrote more than it may",
      pod(undefined, evicted("Pod ephemeral local storage usage exceeds the total limit of containers 20m. ")),
      "disk",
      "agent",
    ],
    [
      "its container wrote more than it may",
      pod(undefined, evicted('Container default exceeded its local ephemeral storage limit "20m". ')),
      "disk",
      "agent",
    ],
    [
      "it filled its tmpfs",
      pod(undefined, evicted('Usage of EmptyDir volume "full" exceeds the limit "4Mi". ')),
      "disk",
      "agent",
    ],
    [
      "its node ran short of disk",
      pod({ exitCode: 137, reason: "Error" }, evicted("The node was low on resource: ephemeral-storage. ")),
      "stopped",
      "host",
    ],
    [
      "its node ran short of memory",
      pod({ exitCode: 137, reason: "Error" }, evicted("The node was low on resource: memory. ")),
      "stopped",
      "host",
    ],
    [
      "its time was over",
      pod({ exitCode: 143, reason: "Error" }, { status: { phase: "Failed", reason: "DeadlineExceeded" } }),
      "stopped",
      "host",
    ],
    ["somebody deleted it", pod(undefined, { deleted: true }), "removed", "host"],
    [
      "somebody deleted it and its container ended",
      pod({ exitCode: 143, reason: "Error" }, { deleted: true }),
      "stopped",
      "host",
    ],
    [
      "it was preempted",
      pod({ exitCode: 137, reason: "Error" }, disrupted("PreemptionByScheduler")),
      "stopped",
      "host",
    ],
    [
      "its node was drained",
      pod(undefined, { ...disrupted("EvictionByEvictionAPI"), deleted: true }),
      "removed",
      "host",
    ],
    ["its node was started again", pod({ exitCode: 255, reason: "Unknown" }), "stopped", "host"],
    ["its node lost it", pod({ exitCode: 137, reason: "ContainerStatusUnknown" }), "stopped", "host"],
    ["it does not exist", "deleted" as const, "removed", "host"],
  ])("is told when %s", (_name, lost, reason, causedBy) => {
    expect(podLoss(lost)).toMatchObject({ reason, causedBy });
  });

  it("is nobody's while it runs", () => {
    expect(podLoss(pod(undefined))).toBeUndefined();
  });
});
