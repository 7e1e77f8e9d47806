import { messageOf } from "@mlebench/base";
import { parseComposeSpec } from "../compose/parse.js";
import type { ComposeSpec } from "../compose/spec.js";
import { Engine } from "../docker/engine.js";

/** The image of the Docker tests: Debian or alike, with bash, coreutils and perl. */
export const TEST_IMAGE = process.env["MLEBENCH_TEST_IMAGE"] ?? "mlebench-base:bookworm";

export const TEST_SPEC: ComposeSpec = parseComposeSpec({
  services: { default: { image: TEST_IMAGE, "x-local": true, mem_limit: "512m", pids_limit: 256 } },
});

/**
 * Why the Docker tests cannot run here; undefined when they can.
 * @throws when they have to (MLEBENCH_REQUIRE_DOCKER=1) and cannot
 */
export async function dockerTestProblem(): Promise<string | undefined> {
  const engine = new Engine();
  let problem: string | undefined;
  try {
    await engine.version();
    if ((await engine.image(TEST_IMAGE)) === undefined)
      problem = `the image ${TEST_IMAGE} is not here (MLEBENCH_TEST_IMAGE names another)`;
  } catch (error) {
    problem = messageOf(error);
  } finally {
    engine.close();
  }
  if (problem !== undefined && process.env["MLEBENCH_REQUIRE_DOCKER"] === "1")
    throw new Error(`Docker is required: ${problem}`);
  if (problem !== undefined) process.stderr.write(`Docker tests are skipped: ${problem}\n`);
  return problem;
}
