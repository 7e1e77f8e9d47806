import { checkDocker } from "../doctor/check-docker.js";

/** The image of the Docker tests, which CI builds beforehand. */
export const TEST_AGENT_IMAGE = process.env["MLEBENCH_TEST_AGENT_IMAGE"] ?? "mlebench-env:lean";

/**
 * Why the Docker tests can't run here; undefined when they can.
 * @throws when they have to (MLEBENCH_REQUIRE_DOCKER=1) and can't.
 */
export async function dockerProblem(): Promise<string | undefined> {
  const wrong = (await checkDocker(TEST_AGENT_IMAGE)).find(
    ({ name, state }) => name !== "Docker disk" && state !== "ok",
  );
  if (!wrong) return undefined;
  const problem = `${wrong.name}: ${wrong.facts}`;
  if (process.env["MLEBENCH_REQUIRE_DOCKER"] === "1") throw new Error(`Docker is required. ${problem}`);
  process.stderr.write(`Docker tests are skipped: ${problem}\n`);
  return problem;
}
