import { type PublicDataSurvey, surveyPublicData } from "@mlebench/data-prep";
import type { Sandbox } from "@mlebench/sandbox-compose";
import { RunnerError } from "../errors.js";

/** Prepared data cannot go into a sandbox as they are. `RUNNER_PUBLIC_DATA` */
export class PublicDataError extends RunnerError {
  constructor(message: string, hint: string) {
    super({ code: "RUNNER_PUBLIC_DATA", message, hint });
  }
}

const surveys = new WeakMap<object, Map<string, Promise<PublicDataSurvey>>>();

/**
 * Looks at a competition's public folder, once in a run.
 * @param run whatever is the same object for all samples of a run.
 * @throws PublicDataError for a link that leads out of it: what it leads to is not the agent's.
 */
export async function publicDataOf(run: object, publicDir: string): Promise<PublicDataSurvey> {
  const known = surveys.get(run) ?? new Map<string, Promise<PublicDataSurvey>>();
  surveys.set(run, known);
  const survey = known.get(publicDir) ?? surveyPublicData(publicDir);
  known.set(publicDir, survey);
  const { leadsOut } = await survey;
  if (leadsOut === undefined) return survey;
  throw new PublicDataError(
    `${leadsOut} is a link that leads out of the public data, which an agent may read.`,
    "Nothing that mlebench prepares has such links: find out who made it, or remove prepared/ and prepare the competition again.",
  );
}

/** Asks inside of the sandbox, as the agent. @throws PublicDataError for data that it cannot read. */
export async function requireReadableData(
  sandbox: Sandbox,
  agentUser: string | undefined,
  { notForAll }: PublicDataSurvey,
  publicDir: string,
): Promise<void> {
  if (notForAll.length === 0) return;
  const paths = notForAll.map((name) => (name === "" ? sandbox.paths.data : `${sandbox.paths.data}/${name}`));
  const test =
    'for path; do if [ -d "$path" ]; then [ -r "$path" ] && [ -x "$path" ]; else [ -r "$path" ]; fi || { printf %s "$path"; exit 1; }; done';
  const { exitCode, stdout } = await sandbox.exec(["sh", "-c", test, "sh", ...paths], {
    user: agentUser,
    timeoutSeconds: 60,
  });
  if (exitCode === 0) return;
  throw new PublicDataError(
    `The agent cannot read ${stdout.trim() || "its data"}: it runs as ${agentUser ?? "another user"}, and the file or folder in ${publicDir} is not readable for everybody.`,
    `Let everybody read the public data, as preparing does: chmod -R a+rX '${publicDir}'`,
  );
}
