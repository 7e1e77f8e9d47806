import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { codeOf } from "@mlebench/base";
import { type OutputLimitError, type Sandbox, SandboxFileError } from "@mlebench/sandbox-compose";

const MAX_SUBMISSION_BYTES = 10 * 1024 ** 3;
/** Code beyond this is left out. */
const MAX_CODE = { maxBytes: 50 * 1024 ** 2, maxFiles: 2000 };

/** What was taken out of the sandbox. */
export interface KeptArtifacts {
  /** Path on the host; undefined when there is no submission that may be taken. */
  readonly submissionPath?: string;
  /** Why not, in words for the agent's author: missing, a link, a folder, too large. */
  readonly submissionProblem?: string;
  readonly codeFiles: number;
  readonly codeBytes: number;
  /** Whether some of the code was left out. */
  readonly codeTruncated: boolean;
}

/**
 * Copies the submission and the agent's code to the host, following no links: a link to the answers, to a device or to
 * a file of the host is refused, and counts as no submission.
 * @param directory folder of the host for this sample; replaced when it exists.
 */
export async function keepArtifacts(sandbox: Sandbox, directory: string): Promise<KeptArtifacts> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  const submissionPath = join(directory, "submission.csv");
  let submissionProblem: string | undefined;
  try {
    const { kind } = await sandbox.copyOut(`${sandbox.paths.submission}/submission.csv`, submissionPath, {
      maxBytes: MAX_SUBMISSION_BYTES,
      maxFiles: 1,
    });
    if (kind === "directory") {
      submissionProblem = "submission.csv is a folder";
      await rm(submissionPath, { recursive: true, force: true });
    }
  } catch (error) {
    submissionProblem = problemOf(error);
    if (submissionProblem === undefined) throw error;
  }
  const code = await keepCode(sandbox, join(directory, "code"));
  return { submissionPath: submissionProblem === undefined ? submissionPath : undefined, submissionProblem, ...code };
}

async function keepCode(
  sandbox: Sandbox,
  hostPath: string,
): Promise<Pick<KeptArtifacts, "codeFiles" | "codeBytes" | "codeTruncated">> {
  try {
    const copied = await sandbox.copyOut(sandbox.paths.code, hostPath, { ...MAX_CODE, onLimit: "stop" });
    return { codeFiles: copied.files, codeBytes: copied.bytes, codeTruncated: copied.truncated };
  } catch (error) {
    if (!SandboxFileError.is(error)) throw error;
    return { codeFiles: 0, codeBytes: 0, codeTruncated: false };
  }
}

function problemOf(error: unknown): string | undefined {
  const code = codeOf(error);
  if (code === "SANDBOX_FILE_NOT_FOUND") return "there is no submission.csv";
  if (code === "SANDBOX_FILE_LINK") return "submission.csv is a link, and links are not followed";
  if (code === "SANDBOX_FILE_DIRECTORY") return "submission.csv is a folder";
  if (code === "SANDBOX_FILE_NOT_A_FILE") return "submission.csv is not a regular file";
  if (code === "SANDBOX_FILE_PERMISSION") return "submission.csv cannot be read";
  if (code !== "OUTPUT_LIMIT_EXCEEDED") return undefined;
  // A folder with something in it meets the limit on files first.
  const isFolder = (error as OutputLimitError).maxBytes !== MAX_SUBMISSION_BYTES;
  return isFolder ? "submission.csv is a folder" : `submission.csv is larger than ${MAX_SUBMISSION_BYTES} bytes`;
}
