import { chmod, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { codeOf } from "@mlebench/base";
import type { SubmissionBound } from "@mlebench/grader";
import { OutputLimitError, type Sandbox, SandboxFileError } from "@mlebench/sandbox-compose";
import { unavailableIn } from "./agents-end.js";

/** Code beyond this is left out. */
const MAX_CODE = { maxBytes: 50 * 1024 ** 2, maxFiles: 2000 };
/**
 * What programs look for in a folder and all above it, where somebody may stand who looks at the code: names with a dot
 * (`.env`, `.git`, `.npmrc`, `.envrc`) and what Node's own tools read. Names that look renamed are renamed too, so that no
 * two become one.
 */
const SEARCHED_FOR = /^_*(?:\.|node_modules$|package\.json$|pnpm-workspace\.yaml$|bunfig\.toml$|mise\.toml$)/i;

/** What was taken out of the sandbox. */
export interface KeptArtifacts {
  /** Path on the host; undefined when there is no submission that may be taken. */
  readonly submissionPath?: string;
  /** Why not, in words for the agent's author: missing, a link, a folder, too large. */
  readonly submissionProblem?: string;
  /** Whether there is a submission that was not taken, being too large. */
  readonly submissionTooLarge?: boolean;
  readonly codeFiles: number;
  readonly codeBytes: number;
  /** Whether some of the code was left out. */
  readonly codeTruncated: boolean;
  /** Files and folders that were given another name. */
  readonly codeRenamed: number;
}

/**
 * Copies the submission and the agent's code to the host, following no links: a link to the answers, to a device or to
 * a file of the host is refused, and counts as no submission. No more of a submission is taken than graders read.
 * @param directory folder of the host for this sample; replaced when it exists.
 */
export async function keepArtifacts(
  sandbox: Sandbox,
  directory: string,
  bound: SubmissionBound,
): Promise<KeptArtifacts> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  const submission = await keepSubmission(sandbox, join(directory, "submission.csv"), bound);
  return { ...submission, ...(await keepCode(sandbox, join(directory, "code"))) };
}

/** What is kept of a sandbox that gives nothing any more. */
export function nothingKept(why: string): KeptArtifacts {
  return { submissionProblem: why, ...NO_CODE };
}

const NO_CODE = { codeFiles: 0, codeBytes: 0, codeTruncated: false, codeRenamed: 0 };

async function keepSubmission(
  sandbox: Sandbox,
  path: string,
  { maxBytes, explanation }: SubmissionBound,
): Promise<Pick<KeptArtifacts, "submissionPath" | "submissionProblem" | "submissionTooLarge">> {
  try {
    const { kind } = await sandbox.copyOut(`${sandbox.paths.submission}/submission.csv`, path, {
      maxBytes,
      maxFiles: 1,
    });
    if (kind === "file") {
      await chmod(path, 0o644);
      return { submissionPath: path };
    }
    await rm(path, { recursive: true, force: true });
    return { submissionProblem: "submission.csv is a folder" };
  } catch (error) {
    if (OutputLimitError.is(error)) {
      const { maxBytes: met, found } = error as OutputLimitError;
      // A folder with something in it meets the limit on files first.
      if (met !== maxBytes) return { submissionProblem: "submission.csv is a folder" };
      const has = found === undefined ? "has more bytes than are read" : `has ${found} bytes`;
      return { submissionProblem: `The submission ${has}; ${explanation}`, submissionTooLarge: true };
    }
    const submissionProblem = problemOf(error);
    if (submissionProblem === undefined) throw error;
    return { submissionProblem };
  }
}

async function keepCode(
  sandbox: Sandbox,
  hostPath: string,
): Promise<Pick<KeptArtifacts, "codeFiles" | "codeBytes" | "codeTruncated" | "codeRenamed">> {
  try {
    const copied = await sandbox.copyOut(sandbox.paths.code, hostPath, { ...MAX_CODE, onLimit: "stop" });
    if (copied.kind === "file") await chmod(hostPath, 0o644);
    const codeRenamed = copied.kind === "directory" ? await defuse(hostPath) : 0;
    return { codeFiles: copied.files, codeBytes: copied.bytes, codeTruncated: copied.truncated, codeRenamed };
  } catch (error) {
    if (!SandboxFileError.is(error) && unavailableIn(error)?.causedBy !== "agent") throw error;
    return NO_CODE;
  }
}

/**
 * Makes a kept folder harmless to whoever works in it: no name that a program looks for upwards, and nothing that can be
 * started.
 * @returns how many names were changed
 */
async function defuse(directory: string): Promise<number> {
  let renamed = 0;
  const entries = await readdir(directory, { withFileTypes: true });
  // Backwards: what has the new name of another by itself makes room for it first.
  for (const entry of entries.sort((one, other) => (one.name < other.name ? 1 : -1))) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) renamed += await defuse(path);
    else if (entry.isFile()) await chmod(path, 0o644);
    if (!SEARCHED_FOR.test(entry.name)) continue;
    await rename(path, await freeName(directory, `_${entry.name}`));
    renamed += 1;
  }
  return renamed;
}

/** A name that is too long with one more letter is shortened; a number keeps it apart from others. */
async function freeName(directory: string, wanted: string): Promise<string> {
  for (let count = 0; ; count += 1) {
    const name =
      Buffer.byteLength(wanted) > 255 || count > 0 ? `${[...wanted].slice(0, 50).join("")}~${count}` : wanted;
    const path = join(directory, name);
    if ((await stat(path).catch(() => undefined)) === undefined) return path;
  }
}

function problemOf(error: unknown): string | undefined {
  switch (codeOf(error)) {
    case "SANDBOX_FILE_NOT_FOUND":
      return "there is no submission.csv";
    case "SANDBOX_FILE_LINK":
      return "submission.csv is a link, and links are not followed";
    case "SANDBOX_FILE_DIRECTORY":
      return "submission.csv is a folder";
    case "SANDBOX_FILE_NOT_A_FILE":
      return "submission.csv is not a regular file";
    case "SANDBOX_FILE_PERMISSION":
      return "submission.csv cannot be read";
    // A tool inside the sandbox broke, which is all the agent's there.
    case "SANDBOX_FILE_FAILED":
      return `submission.csv cannot be copied out of the sandbox: ${error instanceof Error ? error.message : ""}`;
  }
  const gone = unavailableIn(error);
  if (gone?.causedBy !== "agent") return undefined;
  return `nothing can be copied out of the sandbox, which has ended: ${gone.facts}`;
}
