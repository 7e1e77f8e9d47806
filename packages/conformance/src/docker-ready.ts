import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { TestContext } from "vitest";

const run = promisify(execFile);

/**
 * Gives the name of the agent image of the tests, or skips the test with a reason.
 * With MLEBENCH_REQUIRE_DOCKER=1 (as in CI) a missing daemon or image is a failure instead.
 */
export async function dockerReady(context: TestContext): Promise<string> {
  const image = process.env.MLEBENCH_TEST_AGENT_IMAGE ?? "mlebench-env:lean";
  try {
    await run("docker", ["image", "inspect", image]);
    return image;
  } catch (error) {
    const reason = `needs Docker with the image ${image} (bash scripts/ci/docker.sh makes it): ${error}`;
    if (process.env.MLEBENCH_REQUIRE_DOCKER === "1") throw new Error(reason);
    console.warn(`skipped: ${reason}`);
    return context.skip(reason);
  }
}
