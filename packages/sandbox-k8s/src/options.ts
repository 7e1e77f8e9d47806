import { ProviderOptionsError } from "@mlebench/sandbox-compose";
import { checkProviderOptions } from "@mlebench/sandbox-compose/provider-kit";
import { z } from "zod";

const Data = z.union([
  z.string(),
  z.strictObject({ claim: z.string(), root: z.string().startsWith("/"), writable: z.boolean().optional() }),
]);

const GPU_RESOURCES: Readonly<Record<string, string>> = { nvidia: "nvidia.com/gpu", amd: "amd.com/gpu" };
const PullPolicy = z.enum(["Always", "IfNotPresent", "Never"]);

const Options = z.strictObject({
  namespace: z.string().optional(),
  context: z.string().optional(),
  kubeconfig: z.string().optional(),
  data: Data.optional(),
  maxSandboxes: z.number().int().positive().optional(),
  runtimeClassName: z.string().optional(),
  imagePullPolicy: PullPolicy.optional(),
  gpuResources: z.record(z.string(), z.string()).optional(),
  allowUnenforcedNetworkPolicy: z.boolean().optional(),
  maxLifetimeSeconds: z
    .number()
    .int()
    .positive()
    .default(36 * 3600),
  orphanSeconds: z.number().int().positive().default(600),
  patienceSeconds: z.number().nonnegative().default(300),
  heartbeatSeconds: z.number().positive().default(20),
  ownerReference: z
    .strictObject({ apiVersion: z.string(), kind: z.string(), name: z.string(), uid: z.string() })
    .optional(),
  // process.env is no plain object, so it is not a record to zod.
  env: z.custom<NodeJS.ProcessEnv>((value) => typeof value === "object" && value !== null).optional(),
});

/** How the provider uses the cluster; every field also has an environment variable, see the README. */
export interface K8sProviderOptions {
  /** @default MLEBENCH_K8S_NAMESPACE, else the context's, else `default` */
  readonly namespace?: string;
  /** @default MLEBENCH_K8S_CONTEXT, else the current one */
  readonly context?: string;
  /** File to read. @default KUBECONFIG, ~/.kube/config, or the service account of the pod that this runs in */
  readonly kubeconfig?: string;
  /**
   * How `host:/path:ro` binds reach the pod: a path of the (only) node, copied in over exec, or a claim that holds what
   * is below `root` on the host. @default MLEBENCH_K8S_DATA, else "stream"
   */
  readonly data?: "hostPath" | "stream" | `claim:${string}:/${string}` | ClaimedData;
  /** Sandboxes up at the same time. @default 2 x CPUs */
  readonly maxSandboxes?: number;
  /** Such as `gvisor`, for services that name no `runtime`. MLEBENCH_K8S_RUNTIME_CLASS */
  readonly runtimeClassName?: string;
  /** For services that say nothing. @default MLEBENCH_K8S_IMAGE_PULL_POLICY, else the cluster's */
  readonly imagePullPolicy?: "Always" | "IfNotPresent" | "Never";
  /** Resource that a device driver of the spec stands for. @default nvidia: nvidia.com/gpu, amd: amd.com/gpu */
  readonly gpuResources?: Readonly<Record<string, string>>;
  /** Start sandboxes without network even where nothing enforces it. @default false */
  readonly allowUnenforcedNetworkPolicy?: boolean;
  /** Pods end after this long whatever happens (activeDeadlineSeconds). @default 36 hours */
  readonly maxLifetimeSeconds?: number;
  /** Pods end by themselves after so long without a connection to the program that started them. @default 600 */
  readonly orphanSeconds?: number;
  /** How long to wait for a place on a node, for quota, or for a registry that does not answer. @default 300 */
  readonly patienceSeconds?: number;
  /** Connections are probed this often, and given up when two probes in a row stay without answer. @default 20 */
  readonly heartbeatSeconds?: number;
  /**
   * An object in the namespace with which everything disappears.
   * @default the pod MLEBENCH_K8S_OWNER_POD with the uid MLEBENCH_K8S_OWNER_UID, where both are set
   */
  readonly ownerReference?: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly name: string;
    readonly uid: string;
  };
  /** @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Data on a PersistentVolumeClaim of the namespace. */
export interface ClaimedData {
  readonly claim: string;
  /** The folder on this machine whose content the claim holds. */
  readonly root: string;
  /** Whether binds that are not read-only may be written. @default false */
  readonly writable?: boolean;
}

export type Settings = ReturnType<typeof readSettings>;

/** Options and environment together, checked. */
export function readSettings(written: K8sProviderOptions) {
  const options = checkProviderOptions("k8s", Options, written);
  const env = options.env ?? process.env;
  return {
    ...options,
    namespace: options.namespace ?? env["MLEBENCH_K8S_NAMESPACE"],
    context: options.context ?? env["MLEBENCH_K8S_CONTEXT"],
    data: dataFrom(options.data ?? env["MLEBENCH_K8S_DATA"]),
    runtimeClassName: options.runtimeClassName ?? env["MLEBENCH_K8S_RUNTIME_CLASS"],
    imagePullPolicy: options.imagePullPolicy ?? pullPolicyFrom(env["MLEBENCH_K8S_IMAGE_PULL_POLICY"]),
    gpuResources: { ...GPU_RESOURCES, ...options.gpuResources },
    allowUnenforcedNetworkPolicy:
      options.allowUnenforcedNetworkPolicy ?? env["MLEBENCH_K8S_ALLOW_UNENFORCED_NETWORK_POLICY"] === "1",
    ownerReference: options.ownerReference ?? ownerFrom(env),
  };
}

function dataFrom(written: z.infer<typeof Data> | undefined): "hostPath" | "stream" | ClaimedData {
  if (typeof written === "object") return written;
  if (written === undefined || written === "" || written === "stream") return "stream";
  if (written === "hostPath") return "hostPath";
  const [kind, claim, root] = written.split(":");
  if (kind === "claim" && claim !== undefined && root?.startsWith("/") === true) return { claim, root };
  throw wrong(`data: ${written}: not hostPath, stream or claim:NAME:/root`);
}

/** The pod that this runs in, where its manifest tells it (downward API). */
function ownerFrom(env: Readonly<Record<string, string | undefined>>): K8sProviderOptions["ownerReference"] {
  const name = env["MLEBENCH_K8S_OWNER_POD"];
  const uid = env["MLEBENCH_K8S_OWNER_UID"];
  return name && uid ? { apiVersion: "v1", kind: "Pod", name, uid } : undefined;
}

function pullPolicyFrom(text: string | undefined): z.infer<typeof PullPolicy> | undefined {
  if (text === undefined || text === "") return undefined;
  const parsed = PullPolicy.safeParse(text);
  if (parsed.success) return parsed.data;
  throw wrong(`MLEBENCH_K8S_IMAGE_PULL_POLICY=${text}: not ${PullPolicy.options.join(", ")}`);
}

function wrong(problem: string): ProviderOptionsError {
  return new ProviderOptionsError("k8s", [problem], Object.keys(Options.shape));
}
