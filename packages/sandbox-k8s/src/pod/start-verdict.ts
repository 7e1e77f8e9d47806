import type { V1Pod } from "@kubernetes/client-node";
import {
  GpuUnavailableError,
  ImageMissingError,
  type SandboxError,
  SandboxStartError,
} from "@mlebench/sandbox-compose";
import { NoCapacityError } from "../errors.js";

const NEVER_AN_IMAGE = new Set(["ErrImageNeverPull", "InvalidImageName"]);
const IMAGE_TROUBLE = new Set(["ErrImagePull", "ImagePullBackOff", "RegistryUnavailable", "ImageInspectError"]);
/** What a registry says that has answered, and will say again. */
const REFUSED_IMAGE =
  /not found|manifest unknown|no such (?:image|manifest)|does not exist|unauthorized|denied|forbidden|authorization failed|no match for platform/i;
const START_TROUBLE = new Set([
  "CreateContainerConfigError",
  "CreateContainerError",
  "RunContainerError",
  "StartError",
]);
/** The kubelet tries these again on a node that is merely slow. */
const SLOW_START = /deadline exceeded|is reserved for|timed out/i;

/** How far a pod is on its way up. */
export type Verdict =
  | { readonly state: "wait" | "up" }
  /** It ended with 0. */
  | { readonly state: "done" }
  /** May pass by itself: a full cluster, a registry that does not answer. */
  | { readonly state: "stuck"; readonly error: SandboxError }
  /** Never will be. */
  | { readonly state: "failed"; readonly error: SandboxError };

export function judge(pod: V1Pod | "deleted" | undefined, service: string): Verdict {
  if (pod === undefined) return { state: "wait" };
  if (pod === "deleted") return failed(new SandboxStartError(`Service ${service} was deleted while it started.`));
  if (pod.metadata?.deletionTimestamp !== undefined)
    return failed(new SandboxStartError(`Service ${service} was deleted while it started${disruptionOf(pod)}.`));
  const unplaced = unschedulable(pod, service);
  if (unplaced !== undefined) return { state: "stuck", error: unplaced };
  const status = pod.status?.containerStatuses?.[0];
  const { reason = "", message = "" } = status?.state?.waiting ?? {};
  if (NEVER_AN_IMAGE.has(reason) || IMAGE_TROUBLE.has(reason)) {
    const error = new ImageMissingError(status?.image ?? "", `${reason}: ${message}`, {
      hint: "Push it to a registry that the nodes reach (and name image_pull_secrets in x-k8s), or load it onto the nodes.",
    });
    return { state: NEVER_AN_IMAGE.has(reason) || REFUSED_IMAGE.test(message) ? "failed" : "stuck", error };
  }
  if (START_TROUBLE.has(reason)) {
    const error = new SandboxStartError(`Service ${service} could not be started: ${reason}: ${message}`, {
      hint: /subPath/i.test(message) ? NOT_PUSHED_HINT : START_HINT,
    });
    return { state: SLOW_START.test(message) ? "stuck" : "failed", error };
  }
  const ended = status?.state?.terminated;
  if (ended?.exitCode === 0) return { state: "done" };
  if (ended !== undefined || pod.status?.phase === "Failed")
    return failed(
      new SandboxStartError(`Service ${service} did not come up: ${endOf(pod)}.`, { hint: hintAt(pod) ?? START_HINT }),
    );
  if (status?.state?.running !== undefined && status.started === true) return { state: "up" };
  return { state: "wait" };
}

const NOT_PUSHED_HINT =
  "The claim has no such folder: fill it with `mlebench data push`, and give its root in the option data.";
const START_HINT =
  "The message has Kubernetes' words and the service's last output; correct its image, command or limits.";

function failed(error: SandboxError): Verdict {
  return { state: "failed", error };
}

/** Why the scheduler has not placed the pod; undefined when it has, or says nothing. */
function unschedulable(pod: V1Pod, service: string): SandboxError | undefined {
  const condition = pod.status?.conditions?.find(({ type, status }) => type === "PodScheduled" && status === "False");
  if (condition?.reason !== "Unschedulable") return undefined;
  const message = condition.message ?? "";
  // Of what sandboxes ask for, only devices are resources with a vendor.
  if (/Insufficient [\w.-]+\/[\w.-]+/.test(message)) {
    return new GpuUnavailableError(`the scheduler says: ${message}`, {
      hint: "Wait until a device is free, ask for fewer, install the vendor's device plugin, or name its resource in gpuResources; `kubectl describe nodes` lists them.",
    });
  }
  return new NoCapacityError(
    `No node can take service ${service}: ${message}`,
    /persistentvolumeclaim/i.test(message)
      ? "Create the claim in the namespace of the sandboxes (`kubectl get pvc`), or correct the name in the option data."
      : "Lower deploy.resources, correct x-k8s.node_selector and tolerations, or add nodes; patienceSeconds says how long to wait for them.",
  );
}

/** What to do about a pod that ended, where its end tells. */
export function hintAt(pod: V1Pod): string | undefined {
  const { reason, message = "" } = pod.status ?? {};
  if (reason === "Evicted") {
    return /ephemeral|storage|disk|emptyDir/i.test(message)
      ? "Raise storage_opt.size (or the size of a tmpfs), or write less."
      : "The node ran short; give the service requests that it can count on (mem_reservation), or start the sample again.";
  }
  if (reason === "DeadlineExceeded") return "It lived as long as maxLifetimeSeconds allows; raise that.";
  return undefined;
}

/** Why Kubernetes itself deletes a pod, in brackets; empty when it was somebody else. */
export function disruptionOf({ status }: V1Pod): string {
  const why = status?.conditions?.find(({ type, status: is }) => type === "DisruptionTarget" && is === "True");
  return why === undefined ? "" : ` (${why.reason ?? ""}: ${why.message ?? ""})`;
}

/** How a pod ended, in Kubernetes' words. */
export function endOf(pod: V1Pod): string {
  const ended = pod.status?.containerStatuses?.[0]?.state?.terminated;
  const own = [pod.status?.reason, pod.status?.message].filter((part) => part !== undefined).join(": ");
  const container =
    ended === undefined
      ? ""
      : `its container ended with exit code ${ended.exitCode} (${ended.reason ?? "no reason"}${ended.message ? `: ${ended.message}` : ""})`;
  return [own, container].filter((part) => part !== "").join("; ") || `it is ${pod.status?.phase ?? "gone"}`;
}
