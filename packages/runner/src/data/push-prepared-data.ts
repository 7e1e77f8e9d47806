import { realpath } from "node:fs/promises";
import { sep } from "node:path";
import { dataPaths, dataStatus, isPrepared } from "@mlebench/data-prep";
import { DEFAULT_IMAGE } from "../docker-context.js";
import { RunnerError } from "../errors.js";
import { loadFromSandboxPackage } from "../sandbox/open-provider.js";

const PACKAGE = "@mlebench/sandbox-k8s";

/** How a push goes on; `target` is the folder in the claim. */
export interface PushProgress {
  readonly type: "push-start" | "push-send" | "push-file" | "push-verify" | "push-retry";
  readonly target: string;
  readonly files?: number;
  readonly bytes?: number;
  readonly name?: string;
  readonly reason?: string;
}

/** What {@link pushPreparedData} takes. */
export interface PushPreparedOptions {
  readonly dataDir: string;
  /** The PersistentVolumeClaim to fill. */
  readonly claim: string;
  /** @default the image of the sandboxes */
  readonly image?: string;
  /** Options of the k8s provider, such as `namespace`. */
  readonly sandboxOptions?: Readonly<Record<string, unknown>>;
  /** @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly onProgress?: (event: PushProgress) => void;
  readonly signal?: AbortSignal;
  /** @default import() */
  readonly importPackage?: (name: string) => Promise<unknown>;
}

/** What became of one competition. */
export interface PushedCompetition {
  readonly competitionId: string;
  readonly files: number;
  readonly bytes: number;
  readonly sentFiles: number;
  readonly sentBytes: number;
  readonly removedFiles: number;
}

/**
 * Copies the public data of prepared competitions to where the k8s provider looks for it with `data: { claim, root }`, root
 * being the data directory. Private data is never read.
 * @param competitions all that are prepared when empty
 * @throws RunnerError `RUNNER_NOT_PREPARED`, `RUNNER_PUSH_PRIVATE`, `RUNNER_SANDBOX_PACKAGE`; SandboxError
 */
export async function pushPreparedData(
  competitions: readonly string[],
  options: PushPreparedOptions,
): Promise<PushedCompetition[]> {
  const { dataDir, sandboxOptions, env = process.env, image = DEFAULT_IMAGE, claim, onProgress, signal } = options;
  const ids = competitions.length > 0 ? [...competitions] : await preparedIn(dataDir);
  const folders = [];
  for (const id of ids) {
    folders.push({ source: await publicFolder(id, dataDir), target: `${id}/prepared/public` });
  }
  if (folders.length === 0) return [];
  const push = await loadFromSandboxPackage<Push>("k8s", PACKAGE, ["pushData"], options.importPackage);
  const pushed = await push(folders, { env, ...sandboxOptions, claim, image, onProgress, signal });
  return pushed.map(({ files, bytes, sentFiles, sentBytes, removedFiles }, at) => {
    return { competitionId: ids[at]!, files, bytes, sentFiles, sentBytes, removedFiles };
  });
}

async function preparedIn(dataDir: string): Promise<string[]> {
  const found = await dataStatus(dataDir);
  return found.filter(({ state }) => state === "prepared").map(({ competitionId }) => competitionId);
}

async function publicFolder(id: string, dataDir: string): Promise<string> {
  const { publicDir, privateDir } = dataPaths(dataDir, id);
  if (!(await isPrepared(id, dataDir))) {
    throw new RunnerError({
      code: "RUNNER_NOT_PREPARED",
      message: `${id} is not prepared in ${dataDir}.`,
      hint: `Run \`mlebench prepare -c ${id}\` first.`,
    });
  }
  const [shown, hidden] = await Promise.all([realpath(publicDir), realpath(privateDir)]);
  if (`${shown}${sep}`.startsWith(`${hidden}${sep}`) || `${hidden}${sep}`.startsWith(`${shown}${sep}`)) {
    throw new RunnerError({
      code: "RUNNER_PUSH_PRIVATE",
      message: `${publicDir} leads to the answers in ${privateDir}; nothing was copied.`,
      hint: `Prepare ${id} again, without links between its folders.`,
    });
  }
  return publicDir;
}

type Push = (
  folders: readonly { readonly source: string; readonly target: string }[],
  options: Readonly<Record<string, unknown>>,
) => Promise<Omit<PushedCompetition, "competitionId">[]>;
