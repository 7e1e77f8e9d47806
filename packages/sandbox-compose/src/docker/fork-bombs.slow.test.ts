import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mergeCompose } from "../compose/merge.js";
import { dockerTestProblem, TEST_SPEC } from "../test-support/docker.js";
import { createDockerProvider, type DockerProvider } from "./provider.js";

const problem = await dockerTestProblem();
const LIMIT_SECONDS = 3;
/** TERM's five seconds, and time to count a crowd on a machine that others keep busy. */
const MOST_SECONDS = LIMIT_SECONDS + 45;
const BOMBS: Readonly<Record<string, readonly string[]>> = {
  "a shell's classic": ["bash", "-c", ":(){ :|:& };:; sleep 600"],
  "a loop of forks": ["perl", "-e", "fork while 1"],
  "a loop of forks that ignores every signal it can": [
    "perl",
    "-e",
    '$SIG{$_} = "IGNORE" for qw(HUP INT TERM CONT USR1 USR2); fork while 1',
  ],
  "double forks with sessions of their own": [
    "perl",
    "-e",
    "use POSIX (); while (1) { if (!fork) { POSIX::setsid(); exit if fork } }",
  ],
  "children that stop": ["perl", "-e", "while (1) { if (!fork) { kill STOP => $$; sleep 600 } }"],
  "zombies that nobody reaps": [
    "perl",
    "-e",
    "while (1) { my $child = fork; exit if defined $child && $child == 0; sleep 1 if !defined $child }",
  ],
  "processes that start their successor and end": [
    "sh",
    "-c",
    "perl -e 'fork; while (1) { exit if fork }' & sleep 600",
  ],
};

describe.skipIf(problem !== undefined)(`fork bombs in Docker ${problem ?? ""}`, () => {
  let provider: DockerProvider;
  beforeAll(() => {
    provider = createDockerProvider();
  });
  afterAll(() => provider?.[Symbol.asyncDispose]());

  it.each(
    Object.entries(BOMBS).flatMap(([name, command]) => ["nobody", "root"].map((user) => ({ name, user, command }))),
  )(
    "ends within its limit and grace: $name, as $user",
    async ({ command, user }) => {
      const spec = mergeCompose(TEST_SPEC, { services: { default: { pids_limit: 400, mem_limit: "2g" } } });
      const sandbox = await provider.up(spec, { runId: `bombs-${process.pid}`, name: "bombs" });
      const startedAt = performance.now();
      const result = await sandbox.exec(command, { user, timeoutSeconds: LIMIT_SECONDS });
      expect(result.timedOut).toBe(true);
      expect((performance.now() - startedAt) / 1000).toBeLessThan(MOST_SECONDS);
      expect(await sandbox.exec(["echo", "well"], { timeoutSeconds: 30 })).toMatchObject({
        exitCode: 0,
        stdout: "well\n",
      });
      const removedAt = performance.now();
      await sandbox[Symbol.asyncDispose]();
      expect((performance.now() - removedAt) / 1000).toBeLessThan(30);
    },
    180_000,
  );
});
