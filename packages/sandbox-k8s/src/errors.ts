import { SandboxError, SandboxUnavailableError, type UnavailableReason } from "@mlebench/sandbox-compose";

const PACKAGE_NAME = "@mlebench/sandbox-k8s";

/** No API server answers, or it refuses what the provider needs. */
export class ClusterUnavailableError extends SandboxError {
  static override readonly packageName = PACKAGE_NAME;

  constructor(message: string, options: { hint?: string; cause?: unknown } = {}) {
    super({
      code: "K8S_UNAVAILABLE",
      message,
      hint: options.hint ?? "Check that `kubectl get pods` works with the same KUBECONFIG and context.",
      cause: options.cause,
    });
  }
}

/** The credentials are none that the cluster knows, or have expired. */
export class UnknownAccountError extends ClusterUnavailableError {
  constructor(cause: unknown) {
    super("The cluster does not know the account: its token or certificate is wrong, or has expired (401).", {
      hint: "Renew the credentials in the kubeconfig; `kubectl auth whoami` tells whether they are good.",
      cause,
    });
  }
}

/** The scheduler finds no node for the pod, or a quota of the namespace is used up. */
export class NoCapacityError extends SandboxError {
  static override readonly packageName = PACKAGE_NAME;

  constructor(message: string, hint: string, options: { cause?: unknown } = {}) {
    super({ code: "K8S_NO_CAPACITY", message, hint, cause: options.cause });
  }
}

/** A sandbox without network was asked for, and the cluster is not known to keep pods from the network. */
export class NetworkNotIsolatedError extends SandboxError {
  static override readonly packageName = PACKAGE_NAME;

  constructor(facts: string) {
    super({
      code: "K8S_NETWORK_NOT_ISOLATED",
      message: facts,
      hint: "Install a network plugin that does (Calico, Cilium, Antrea), choose a runtimeClassName without network, or accept it with allowUnenforcedNetworkPolicy (MLEBENCH_K8S_ALLOW_UNENFORCED_NETWORK_POLICY=1) for code that you trust.",
    });
  }
}

/** A pod that was up is gone; says what Kubernetes says of it. */
export class PodUnavailableError extends SandboxUnavailableError {
  static override readonly packageName = PACKAGE_NAME;

  constructor(
    sandboxId: string,
    reason: UnavailableReason,
    facts: string,
    options: { hint?: string; cause?: unknown } = {},
  ) {
    super(sandboxId, reason, facts, { hint: options.hint ?? HINTS[reason], cause: options.cause });
  }
}

const HINTS: Record<UnavailableReason, string> = {
  stopped: "The pod ended or was evicted; start the sample again in a fresh sandbox.",
  "out-of-memory": "Give the service more memory (mem_limit).",
  disk: "Write less, or raise storage_opt.size of the service.",
  removed: "Somebody deleted the pod, or its node went away; start the sample again.",
  daemon: "The connection to the API server broke; commands are never run twice, so start the sample again.",
  disposed: "The sandbox was used after it had been disposed of: a mistake in the calling program.",
  unresponsive: "Its processes could not be ended, so the pod was deleted; start the sample again.",
};
