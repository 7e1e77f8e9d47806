import { sleep } from "@mlebench/base";
import { type SandboxError, SandboxStartError } from "@mlebench/sandbox-compose";
import { apiFailure, callApi } from "../api/cluster.js";
import { NoCapacityError } from "../errors.js";

/** Quota is freed when some pod ends, and nobody says so. */
const LOOK_AGAIN_MS = 3000;

export interface CreateObjectOptions {
  /** How long to wait while the namespace's quota is used up. */
  readonly patienceSeconds: number;
  /** Told once when that begins. */
  readonly onTrouble?: (error: SandboxError) => void;
  readonly signal?: AbortSignal;
}

/**
 * Creates one object of a sandbox, waiting out a used up quota.
 * @throws NoCapacityError, SandboxStartError when the cluster refuses it, ClusterUnavailableError
 */
export async function createObject(
  create: () => Promise<unknown>,
  { patienceSeconds, onTrouble, signal }: CreateObjectOptions,
): Promise<void> {
  const deadline = performance.now() + patienceSeconds * 1000;
  for (let told = false; ; told = true) {
    signal?.throwIfAborted();
    try {
      await callApi(create, signal);
      return;
    } catch (error) {
      const failure = apiFailure(error);
      // A create whose answer was lost is repeated and meets its own object.
      if (failure?.status === 409 && /already exists/.test(failure.message)) return;
      if (failure === undefined) throw error;
      // What the quota leaves to others' changes meanwhile is a conflict that passes.
      if (!/exceeded quota|object has been modified/.test(failure.message)) {
        throw new SandboxStartError(`The cluster refused the sandbox: ${failure.message}`, {
          hint: hintFor(failure.message),
          cause: error,
        });
      }
      const shortage = new NoCapacityError(
        failure.message,
        "Wait until other pods end, lower maxSandboxes, or ask for more quota; patienceSeconds says how long to wait.",
        { cause: error },
      );
      if (performance.now() >= deadline) throw shortage;
      if (!told) onTrouble?.(shortage);
      await sleep(LOOK_AGAIN_MS, signal);
    }
  }
}

function hintFor(refusal: string): string {
  if (/violates PodSecurity/.test(refusal))
    return "Sandboxes start as root without privileges, which a namespace with Pod Security `baseline` allows; what asks for more (hostPath data, cap_add) needs `privileged`.";
  if (/must specify/.test(refusal))
    return "Give the service limits (cpus, mem_limit), or the namespace a LimitRange with defaults for what says nothing.";
  if (/^namespaces ".*" not found/.test(refusal))
    return "Create the namespace (docs/namespace.yaml), or name another one: MLEBENCH_K8S_NAMESPACE, or the option namespace.";
  return "The message says what the API server or its admission rules refuse.";
}
