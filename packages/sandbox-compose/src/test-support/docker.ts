import { messageOf } from "@mlebench/base";
import { parseComposeSpec } from "../compose/parse.js";
import type { ComposeSpec } from "../compose/spec.js";
import { Engine } from "../docker/engine.js";

/** The image of the Docker tests: Debian or alike, with bash, coreutils and perl. */
export const TEST_IMAGE = process.env["MLEBENCH_TEST_IMAGE"] ?? "mlebench-base:bookworm";

/** The image of tests that need Python in the sandbox: built from docker/Dockerfile. */
export const PYTHON_IMAGE = process.env["MLEBENCH_PYTHON_IMAGE"] ?? "mlebench-env:lean";

export const TEST_SPEC: ComposeSpec = parseComposeSpec({
  services: { default: { image: TEST_IMAGE, "x-local": true, mem_limit: "512m", pids_limit: 256 } },
});

/**
 * Why Docker tests with this image cannot run here; undefined when they can.
 * @throws when they have to (MLEBENCH_REQUIRE_DOCKER=1) and cannot
 */
export async function dockerTestProblem(image = TEST_IMAGE): Promise<string | undefined> {
  const engine = new Engine();
  let problem: string | undefined;
  try {
    await engine.version();
    if ((await engine.image(image)) === undefined)
      problem = `the image ${image} is not here (MLEBENCH_TEST_IMAGE and MLEBENCH_PYTHON_IMAGE name others)`;
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
