import {
  ApiException,
  AuthorizationV1Api,
  CoreV1Api,
  type KubeConfig,
  NetworkingV1Api,
  NodeV1Api,
  VersionApi,
} from "@kubernetes/client-node";
import { abortable, codeOf, messageOf, parseJson, sleep, startDeadline } from "@mlebench/base";
import { ClusterUnavailableError, UnknownAccountError } from "../errors.js";
import type { Settings } from "../options.js";
import { loadConfig } from "./load-config.js";

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
  const config = loadConfig(settings);
  return {
    config,
    namespace: settings.namespace ?? config.getContextObject(config.getCurrentContext())?.namespace ?? "default",
    core: config.makeApiClient(CoreV1Api),
    networking: config.makeApiClient(NetworkingV1Api),
    nodes: config.makeApiClient(NodeV1Api),
    authorization: config.makeApiClient(AuthorizationV1Api),
    version: config.makeApiClient(VersionApi),
  };
}

/** Status and message of an API error; undefined for errors that are none. */
export function apiFailure(error: unknown): { status: number; message: string } | undefined {
  if (!(error instanceof ApiException)) return undefined;
  const { code, body }: { code: number; body: unknown } = error;
  return { status: code, message: messageIn(body) };
}

function messageIn(body: unknown): string {
  const value = typeof body === "string" ? parseJson(body) : body;
  if (value === undefined) return String(body).slice(0, 500);
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
      if (failure?.status === 401) throw new UnknownAccountError(error);
      if (failure !== undefined && isMissingRole(failure)) {
        throw new ClusterUnavailableError(`The cluster refused: ${failure.message}`, {
          hint: "Give the account the role in docs/cluster-owners.md.",
          cause: error,
        });
      }
      const passing = failure === undefined || failure.status === 429 || failure.status >= 500;
      if (!passing) throw error;
      if (performance.now() > deadline || isForGood(error)) {
        throw new ClusterUnavailableError(`The API server does not answer: ${failure?.message ?? messageOf(error)}`, {
          cause: error,
        });
      }
      await sleep(pause, signal);
    }
  }
}

/** What no waiting mends: a certificate that is not trusted, or a program or file of the configuration that is not there. */
function isForGood(error: unknown): boolean {
  const code = codeOf(error) ?? "";
  return /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_|ERR_SSL_|EPROTO$|ENOENT$|EACCES$)/.test(code);
}

/** Admission rules refuse with 403 too, and what they say is about the object. */
function isMissingRole({ status, message }: { status: number; message: string }): boolean {
  return status === 403 && /cannot \w+ resource/.test(message);
}

/** One call, which fails when it takes too long. */
export async function withTimeout<Value>(call: Promise<Value>): Promise<Value> {
  using deadline = startDeadline(CALL_SECONDS * 1000, () => new Error(`no answer within ${CALL_SECONDS} s`));
  return await abortable(call, deadline.signal);
}
