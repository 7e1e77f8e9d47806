import type { V1Pod } from "@kubernetes/client-node";
import type { UnavailableReason } from "@mlebench/sandbox-compose";
import { disruptionOf, endOf, hintAt } from "./start-verdict.js";

/** Why a pod that was up can no longer be used. */
export interface PodLoss {
  readonly reason: UnavailableReason;
  readonly facts: string;
  readonly hint?: string;
}

/** Whether a pod that was up has ended, is being removed, or is on a node that is no longer heard of. */
export function podLoss(pod: V1Pod | "deleted"): PodLoss | undefined {
  if (pod === "deleted") return { reason: "removed", facts: "the pod does not exist any more." };
  const { metadata, spec, status } = pod;
  const name = metadata?.name ?? "";
  const ended = status?.containerStatuses?.[0]?.state?.terminated;
  if (status?.phase === "Failed" || status?.phase === "Succeeded" || ended !== undefined) {
    const outOfMemory = ended?.reason === "OOMKilled";
    const reason = outOfMemory ? "out-of-memory" : isOverDiskLimit(pod) ? "disk" : "stopped";
    return { reason, facts: `pod ${name}: ${endOf(pod)}.`, hint: hintAt(pod) };
  }
  if (metadata?.deletionTimestamp !== undefined) {
    return { reason: "removed", facts: `pod ${name} is being deleted${disruptionOf(pod)}.` };
  }
  // A pod without readiness probe is ready while its container runs, until its node is given up.
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  if (ready?.status === "False" && ended === undefined && status?.containerStatuses?.[0]?.ready === true) {
    return {
      reason: "unresponsive",
      facts: `node ${spec?.nodeName ?? ""} of pod ${name} is no longer heard of.`,
      hint: "Look at the node (`kubectl describe node`); start the sample again, on another one.",
    };
  }
  return undefined;
}

/** Evicted for its own limit; a node that is short of disk evicts those who kept to theirs too. */
function isOverDiskLimit({ status }: V1Pod): boolean {
  return status?.reason === "Evicted" && /\bexceed(s|ed)\b.*\blimit\b/s.test(status.message ?? "");
}
