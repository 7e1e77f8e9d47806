import type { V1Pod } from "@kubernetes/client-node";
import {
  GpuUnavailableError,
  ImageMissingError,
  type SandboxError,
  SandboxStartError,
} from "@mlebench/sandbox-compose";
import { NoCapacityError } from "../errors.js";

const IMAGE_REASONS = new Set(["ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName"]);
const START_REASONS = new Set([
  "CreateContainerConfigError",
  "CreateContainerError",
  "RunContainerError",
  "StartError",
]);

/** How far a pod is on its way up: "up", "done" (ended with 0), "wait", or the error that says why it never will be. */
export function judge(pod: V1Pod | "deleted" | undefined, service: string): "up" | "done" | "wait" | SandboxError {
  if (pod === undefined) return "wait";
  if (pod === "deleted") return new SandboxStartError(`Service ${service} was deleted while it started.`);
  const status = pod.status?.containerStatuses?.[0];
  const waiting = status?.state?.waiting;
  if (waiting?.reason !== undefined && IMAGE_REASONS.has(waiting.reason)) {
    return new ImageMissingError(status?.image ?? "", `${waiting.reason}: ${waiting.message ?? ""}`, {
      hint: "Push it to a registry that the nodes reach (and name image_pull_secrets in x-k8s), or load it onto the nodes.",
    });
  }
  if (waiting?.reason !== undefined && START_REASONS.has(waiting.reason)) {
    return new SandboxStartError(
      `Service ${service} could not be started: ${waiting.reason}: ${waiting.message ?? ""}`,
    );
  }
  const ended = status?.state?.terminated;
  if (ended?.exitCode === 0) return "done";
  if (ended !== undefined || pod.status?.phase === "Failed")
    return new SandboxStartError(`Service ${service} did not come up: ${endOf(pod)}`);
  if (status?.state?.running !== undefined && status.started === true) return "up";
  return "wait";
}

/** Why the scheduler has not placed the pod; undefined when it has, or says nothing. */
export function unschedulable(pod: V1Pod | "deleted" | undefined, service: string): SandboxError | undefined {
  if (pod === undefined || pod === "deleted") return undefined;
  const condition = pod.status?.conditions?.find(({ type, status }) => type === "PodScheduled" && status === "False");
  if (condition?.reason !== "Unschedulable") return undefined;
  const message = condition.message ?? "";
  if (/Insufficient [\w.-]+\/[\w.-]*gpu/i.test(message))
    return new GpuUnavailableError(`the scheduler says: ${message}`);
  return new NoCapacityError(
    `No node can take service ${service}: ${message}`,
    "Lower deploy.resources, correct x-k8s.node_selector and tolerations, or add nodes; startTimeoutSeconds says how long to wait.",
  );
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
