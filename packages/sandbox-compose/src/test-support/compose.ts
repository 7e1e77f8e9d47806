import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
const PROGRAMS: readonly (readonly [string, ...string[]])[] = [["docker", "compose"], ["docker-compose"]];

/** Runs Compose with these arguments and returns what it printed. */
export type Compose = (...args: string[]) => Promise<string>;

/**
 * Docker's own Compose, as plugin or program; undefined where there is none.
 * @throws when it has to be there (MLEBENCH_REQUIRE_COMPOSE=1) and is not
 */
export async function findCompose(): Promise<Compose | undefined> {
  for (const [program, ...before] of PROGRAMS) {
    const compose: Compose = async (...args) => (await run(program, [...before, ...args])).stdout;
    const works = await compose("version").then(
      () => true,
      () => false,
    );
    if (works) return compose;
  }
  if (process.env["MLEBENCH_REQUIRE_COMPOSE"] === "1") throw new Error("Compose is required, and is not here.");
  process.stderr.write(
    "Tests of written compose files are skipped: neither `docker compose` nor docker-compose works\n",
  );
  return undefined;
}
