import type { V1Pod } from "@kubernetes/client-node";
import { type Blame, blame, type UnavailableReason } from "@mlebench/sandbox-compose";
import { disruptionOf, endOf, hintAt } from "./start-verdict.js";

/** What the kubelet says of a pod that wrote more than it may; of a node that ran short it says another thing. */
const OWN_DISK_LIMIT =
  /exceeded its local ephemeral storage limit|storage usage exceeds the total limit|Usage of EmptyDir/i;

/** Why a pod that was up can no longer be used. */
export interface PodLoss {
  readonly reason: UnavailableReason;
  readonly facts: string;
  readonly hint?: string;
  readonly causedBy: Blame;
}

/**
 * Whether a pod that was up has ended, is being removed, or is on a node that is no longer heard of, and whose doing it
 * was.
 */
export function podLoss(pod: V1Pod | "deleted"): PodLoss | undefined {
  if (pod === "deleted") return loss({ reason: "removed", facts: "the pod does not exist any more." });
  const { metadata, spec, status } = pod;
  const name = metadata?.name ?? "";
  const ended = status?.containerStatuses?.[0]?.state?.terminated;
  if (status?.phase === "Failed" || status?.phase === "Succeeded" || ended !== undefined) {
    return loss({ reason: reasonOf(pod), facts: `pod ${name}: ${endOf(pod)}.`, hint: hintAt(pod) }, othersAct(pod));
  }
  if (metadata?.deletionTimestamp !== undefined) {
    return loss({ reason: "removed", facts: `pod ${name} is being deleted${disruptionOf(pod)}.` });
  }
  // A pod without readiness probe is ready while its container runs, until its node is given up.
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  if (ready?.status === "False" && ended === undefined && status?.containerStatuses?.[0]?.ready === true) {
    return loss({
      reason: "daemon",
      facts: `node ${spec?.nodeName ?? ""} of pod ${name} is no longer heard of.`,
      hint: "Look at the node (`kubectl describe node`); start the sample again, on another one.",
    });
  }
  return undefined;
}

function loss(known: Omit<PodLoss, "causedBy">, byOthers?: string): PodLoss {
  return { ...known, causedBy: blame({ reason: known.reason, byOthers, watched: true }) };
}

function reasonOf({ status }: V1Pod): UnavailableReason {
  if (status?.reason === "Evicted" && OWN_DISK_LIMIT.test(status.message ?? "")) return "disk";
  return status?.containerStatuses?.[0]?.state?.terminated?.reason === "OOMKilled" ? "out-of-memory" : "stopped";
}

/** What somebody other than the processes in it did to a pod that has ended. */
function othersAct(pod: V1Pod): string | undefined {
  const { metadata, spec, status } = pod;
  if (metadata?.deletionTimestamp !== undefined) return "deleted";
  // Evicted for the node's sake, preempted, ended by its deadline or with its node.
  if (status?.reason !== undefined && reasonOf(pod) !== "disk") return status.reason;
  if (disruptionOf(pod) !== "" && reasonOf(pod) !== "disk") return "disrupted";
  const ended = status?.containerStatuses?.[0]?.state?.terminated;
  // Without a limit of its own, only its node can have run out of memory.
  if (ended?.reason === "OOMKilled" && spec?.containers[0]?.resources?.limits?.["memory"] === undefined) {
    return "out of its node's memory";
  }
  // The kubelet's words for an end of the container's own; others (ContainerStatusUnknown) are of a node that was lost.
  return ["Error", "Completed", "OOMKilled"].includes(ended?.reason ?? "") ? undefined : "lost with its node";
}
