import { isAbsolute, normalize } from "node:path/posix";
import { parseComposeSpec } from "@mlebench/sandbox-compose";
import type { K8sProviderOptions } from "../options.js";
import { createK8sProvider } from "../provider.js";
import { type PushedFolder, type PushProgress, pushFolder } from "./push-folder.js";

const MOUNTED_AT = "/claim";
/** Long enough for terabytes. */
const LIFETIME_SECONDS = 7 * 24 * 3600;

/** What {@link pushData} takes besides the folders. */
export interface PushDataOptions
  extends Pick<K8sProviderOptions, "namespace" | "context" | "kubeconfig" | "imagePullPolicy" | "env"> {
  /** The PersistentVolumeClaim to fill. */
  readonly claim: string;
  /** With sh, coreutils, find and tar; that of the sandboxes will do. */
  readonly image: string;
  /** `x-k8s` of a service: where the pod may run, and secrets for its image. */
  readonly xK8s?: Readonly<Record<string, unknown>>;
  readonly onProgress?: (event: PushProgress) => void;
  readonly signal?: AbortSignal;
}

/** A folder of this machine, and where it goes in the claim. */
export interface FolderToPush {
  readonly source: string;
  /** Relative, such as `spaceship-titanic/prepared/public`. */
  readonly target: string;
}

/**
 * Makes folders of a claim equal to folders of this machine, through one pod, and verifies every byte. A push that was
 * stopped goes on where it was; a folder has its name only once it is complete.
 * @throws SandboxError
 */
export async function pushData(folders: readonly FolderToPush[], options: PushDataOptions): Promise<PushedFolder[]> {
  const { claim, image, xK8s, onProgress, signal, ...connection } = options;
  for (const { target } of folders) {
    if (isAbsolute(target) || normalize(target).startsWith("..") || normalize(target) === ".") {
      throw new RangeError(`${target} is no folder inside of the claim`);
    }
  }
  await using provider = createK8sProvider({
    ...connection,
    data: { claim, root: MOUNTED_AT, writable: true },
    maxLifetimeSeconds: LIFETIME_SECONDS,
    // What runs in the pod is written here.
    allowUnenforcedNetworkPolicy: true,
  });
  const spec = parseComposeSpec({
    services: {
      push: {
        image,
        network_mode: "none",
        working_dir: "/",
        volumes: [{ type: "bind", source: MOUNTED_AT, target: MOUNTED_AT, read_only: false }],
        "x-k8s": xK8s,
      },
    },
  });
  const runId = `push-${claim}`;
  await using sandbox = await provider.up(spec, { runId, name: runId, signal });
  const pushed: PushedFolder[] = [];
  for (const { source, target } of folders) {
    const directory = `${MOUNTED_AT}/${normalize(target)}`;
    pushed.push(await pushFolder(sandbox, { source, target, directory, onProgress, signal }));
  }
  return pushed;
}
