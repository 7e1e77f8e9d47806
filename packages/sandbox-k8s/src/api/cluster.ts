import { setTimeout as sleep } from "node:timers/promises";
import {
  ApiException,
  AuthorizationV1Api,
  CoreV1Api,
  KubeConfig,
  NetworkingV1Api,
  NodeV1Api,
  VersionApi,
} from "@kubernetes/client-node";
import { ClusterUnavailableError } from "../errors.js";
import type { Settings } from "../options.js";

/** Restarts of an API server are waited out for so long. */
export const OUTAGE_SECONDS = 60;
const CALL_SECONDS = 30;

/** The API of one cluster and namespace. */
export interface Cluster {
  readonly config: KubeConfig;
  readonly namespace: string;
  readonly core: CoreV1Api;
  readonly networking: NetworkingV1Api;
  readonly nodes: NodeV1Api;
  readonly authorization: AuthorizationV1Api;
  readonly version: VersionApi;
}

/** @throws ClusterUnavailableError when no configuration leads to a cluster */
export function openCluster(settings: Settings): Cluster {
  const config = new KubeConfig();
  try {
    if (settings.kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(settings.kubeconfig);
    if (settings.context !== undefined) config.setCurrentContext(settings.context);
    if (!config.getCurrentCluster()) throw new Error("no cluster in the configuration");
    const namespace = settings.namespace ?? config.getContextObject(config.getCurrentContext())?.namespace ?? "default";
    return {
      config,
      namespace,
      core: config.makeApiClient(CoreV1Api),
      networking: config.makeApiClient(NetworkingV1Api),
      nodes: config.makeApiClient(NodeV1Api),
      authorization: config.makeApiClient(AuthorizationV1Api),
      version: config.makeApiClient(VersionApi),
    };
  } catch (cause) {
    throw new ClusterUnavailableError(
      `No Kubernetes cluster is configured: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}

/** Status and message of an API error; undefined for errors that are none. */
export function apiFailure(error: unknown): { status: number; message: string } | undefined {
  if (!(error instanceof ApiException)) return undefined;
  const { code, body }: { code: number; body: unknown } = error;
  return { status: code, message: messageOf(body) };
}

function messageOf(body: unknown): string {
  let value = body;
  if (typeof value === "string") {
    try {
      value = JSON.parse(value);
    } catch {
      return String(body).slice(0, 500);
    }
  }
  if (typeof value === "object" && value !== null && "message" in value) return String(value.message);
  return String(body);
}

/**
 * Calls the API, waiting out restarts of the server. Only for calls that may be made twice.
 * @throws ClusterUnavailableError after a minute without an answer, or when a role is missing
 */
export async function callApi<Value>(call: () => Promise<Value>, signal?: AbortSignal): Promise<Value> {
  const deadline = performance.now() + OUTAGE_SECONDS * 1000;
  for (let pause = 200; ; pause = Math.min(2 * pause, 5000)) {
    try {
      return await withTimeout(call());
    } catch (error) {
      const failure = apiFailure(error);
      if (failure !== undefined && (failure.status === 401 || isMissingRole(failure))) {
        throw new ClusterUnavailableError(`The cluster refused: ${failure.message}`, {
          hint: "Give the account the role in docs/cluster-owners.md.",
          cause: error,
        });
      }
      const passing = failure === undefined || failure.status === 429 || failure.status >= 500;
      if (!passing) throw error;
      if (performance.now() > deadline) {
        throw new ClusterUnavailableError(
          `The API server does not answer: ${failure?.message ?? (error instanceof Error ? error.message : String(error))}`,
          { cause: error },
        );
      }
      await sleep(pause, undefined, { signal });
    }
  }
}

/** Admission rules refuse with 403 too, and what they say is about the object. */
function isMissingRole({ status, message }: { status: number; message: string }): boolean {
  return status === 403 && /cannot \w+ resource/.test(message);
}

/** One call, which fails when it takes too long. */
export async function withTimeout<Value>(call: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${CALL_SECONDS} s`)), CALL_SECONDS * 1000);
  });
  try {
    return await Promise.race([call, late]);
  } finally {
    clearTimeout(timer);
  }
}
