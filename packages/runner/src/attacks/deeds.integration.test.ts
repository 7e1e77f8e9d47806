import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Sandbox } from "@mlebench/sandbox-compose";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { RunEvent } from "../events.js";
import { type Attacked, makeAttacked, removeAttacked } from "../test-support/attacked-run.js";
import { expectDeed, expectResult, expectScored, runDeed } from "../test-support/deed-run.js";
import { dockerProblem } from "../test-support/docker-problem.js";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const problem = await dockerProblem();
const docker = (...args: string[]) => promisify(execFile)("docker", args);
const as =
  (user: string, script: string, timeoutSeconds = 120) =>
  (sandbox: Sandbox) =>
    sandbox.exec(["bash", "-c", script], { user, timeoutSeconds });
/** Does something when nobody looks, and lets the command end before that. */
const later = (script: string) => `setsid nohup bash -c '${script}' >/dev/null 2>&1 & sleep 0.2`;
const REAPER = "while read -r sequence";
/** Kills whatever has these words in its command line, as often as it comes back. */
const hunt = (words: string) =>
  `while :; do for p in /proc/[0-9]*; do
    [ "$p" != /proc/$$ ] && grep -q "${words.slice(0, -1)}[${words.slice(-1)}]" $p/cmdline 2>/dev/null && kill -9 \${p#/proc/} 2>/dev/null
  done; done`;
/** Two, so that neither is as large as what it offers. */
const HOGS = `hog="a = []
while True: a.append(bytearray(1 << 20))"
python3 -c "$hog" & python3 -c "$hog"; wait`;

const ENDED = "sandbox ended by the agent";
/** As [what the agent does as root, what the log calls it, a fact]. */
const DEEDS: readonly (readonly [name: string, script: string, deed: string, facts: RegExp])[] = [
  ["kills everything that it can", "kill -9 -1; kill -9 -1", ENDED, /exited with exit code/],
  ["ends the first process of the container", "kill -TERM 1; sleep 5", ENDED, /exited with exit code 143/],
  [
    "offers the first process to the kernel and takes all memory",
    `echo 1000 >/proc/1/oom_score_adj; ${HOGS}`,
    "memory",
    /137/,
  ],
];

describe.skipIf(problem !== undefined)("what an agent does to its Docker sandbox", () => {
  let attacked: Attacked;
  beforeAll(async () => {
    attacked = await makeAttacked();
  });
  afterAll(() => removeAttacked(attacked));
  const params = { composeOverrides: { mem_limit: "300m", pids_limit: 200 } };

  describe.each(DEEDS)("when it %s", (_name, script, deed, facts) => {
    it("is a result when a command waits for its end", async () => {
      const run = await runDeed(attacked, as("root", script), { params });
      expectDeed(run, deed, facts);
      expectScored(run);
    });

    it("is the same result when it happens between two commands", async () => {
      const act = async (sandbox: Sandbox) => {
        await as("root", later(`sleep 1; ${script.replaceAll("'", `'"'"'`)}`))(sandbox);
        await new Promise((resolve) => setTimeout(resolve, 4000));
        await as("root", "echo next")(sandbox);
      };
      const run = await runDeed(attacked, act, { params });
      expectDeed(run, deed, facts);
      expectScored(run);
    });

    it("is the same result when no command comes after it", async () => {
      const act = async (sandbox: Sandbox) => {
        await as("root", later(script.replaceAll("'", `'"'"'`)))(sandbox);
        await new Promise((resolve) => setTimeout(resolve, 4000));
      };
      const run = await runDeed(attacked, act, { params });
      expectDeed(run, deed, facts);
      expectScored(run);
    });

    it("is the same result when the agent hides the error that it gets", async () => {
      const act = async (sandbox: Sandbox) => {
        await as("root", script)(sandbox).catch(() => undefined);
        throw new TypeError("nothing to see here");
      };
      const run = await runDeed(attacked, act, { params });
      expectDeed(run, deed, facts);
      expectScored(run);
    });
  });

  it.each([
    ["takes away the shell that ends commands, kills it", "mv /bin/sh /bin/bash /home/"],
    ["has the shell that ends commands do nothing, kills it", "cp -f /bin/true /bin/sh; cp -f /bin/true /bin/bash"],
  ])("is a result when it %s and outstays its time", async (_name, trick) => {
    const kill = `for p in /proc/[0-9]*; do case $(tr "\\0" " " <$p/cmdline) in *"${REAPER.slice(0, -1)}"[e]*) kill -9 \${p#/proc/};; esac; done`;
    const run = await runDeed(attacked, as("root", `sleep 0 && { ${kill}; ${trick}; sleep 60; }`, 3), { params });
    expectDeed(run, "processes", /would not end/);
    expectScored(run);
  });

  it("is a result when it kills what ends commands again and again", async () => {
    const run = await runDeed(attacked, as("root", `${later(hunt(REAPER))}; sleep 60`, 3), { params });
    expectResult(run);
    expectScored(run);
  });

  it("is a result when it kills the bridge until that stays down", async () => {
    const act = async (sandbox: Sandbox) => {
      await as("root", later(hunt("socket.SOCK_STREAM")))(sandbox);
      await new Promise((resolve) => setTimeout(resolve, 25_000));
    };
    const run = await runDeed(attacked, act, { params });
    expectResult(run);
    expectScored(run);
    expect(run.events.filter(({ type }) => type === "validation-call").length).toBe(0);
  });

  it.each(["nonroot", "root"])("is a result when %s stops everything that it can", async (user) => {
    const act = async (sandbox: Sandbox) => {
      await as(user, "kill -STOP -1", 5)(sandbox);
      expect((await as(user, "echo on", 60)(sandbox)).stdout).toBe("on\n");
    };
    const run = await runDeed(attacked, act, { params });
    expectResult(run);
    expectScored(run);
  });

  it.each([
    ["uses up all processes", later("for i in $(seq 300); do sleep 600 & done; wait")],
    [
      "uses up the inodes of a small disk",
      "cd /dev/shm && for i in $(seq 20000); do : >f$i || break; done 2>/dev/null; exit 0",
    ],
    ["fills what memory it has for files", "head -c 500000000 /dev/zero >/dev/shm/all 2>/dev/null; exit 0"],
    ["takes the shell and tar away", "rm -f /bin/tar /usr/bin/tar /bin/bash /usr/bin/bash; exit 0"],
    ["removes its working folder", "rm -rf /home/code /home/logs; exit 0"],
  ])("is a result when it %s, and then cannot run a thing", async (_name, script) => {
    const act = async (sandbox: Sandbox) => {
      await as("root", script, 60)(sandbox);
      // What cannot be started is for the agent to see.
      await as("root", "echo on", 20)(sandbox);
    };
    const run = await runDeed(attacked, act, { params });
    expectResult(run);
    expectScored(run);
  });

  it.each([
    ["and then asks for the next command", 25],
    ["in its last command", 0],
  ])("is a result when it writes more than its disk may hold, %s", async (_name, waitSeconds) => {
    const act = async (sandbox: Sandbox) => {
      const script = `head -c 300000000 /dev/urandom >/home/code/large; sleep ${waitSeconds}`;
      await as("nonroot", script)(sandbox);
      if (waitSeconds > 0) await as("nonroot", "echo again")(sandbox);
    };
    const small = { composeOverrides: { storage_opt: { size: "100m" } } };
    const run = await runDeed(attacked, act, { params: small });
    // Where the disk itself has an end, the agent was told so and goes on.
    if (run.sample.limit === undefined) expectResult(run);
    else expectDeed(run, "disk", /may write 104857600/);
    expectScored(run);
  });

  it("never stops the run of the others", async () => {
    let count = 0;
    const deed = async (sandbox: Sandbox) => {
      count += 1;
      if (count === 1) await as("root", "kill -9 -1; kill -9 -1")(sandbox);
    };
    const { result } = await runDeed(attacked, deed, { epochs: 3, retryOnError: 0, failOnError: true });
    expect(result).toMatchObject({ status: "success", finishedSamples: 3, erroredSamples: 0 });
    expect(count).toBe(3);
  });
});

describe.skipIf(problem !== undefined)("what others do to an agent's Docker sandbox", () => {
  let attacked: Attacked;
  beforeAll(async () => {
    attacked = await makeAttacked();
  });
  afterAll(() => removeAttacked(attacked));

  it.each([
    ["kills", (name: string) => docker("kill", name), /killed by another client \(signal 9\)/],
    ["stops", (name: string) => docker("stop", "-t", "1", name), /killed by another client|stopped by another client/],
    ["restarts", (name: string) => docker("restart", "-t", "1", name), /killed by another client|started again/],
    ["removes", (name: string) => docker("rm", "-f", name), /no longer available/],
  ])("is an error, and tried again, when somebody %s the container", async (_name, act, words) => {
    const containers: string[] = [];
    const onEvent = (event: RunEvent): void => {
      if (event.type === "sandbox-event" && event.event.type === "service-start")
        containers.push(event.event.container);
    };
    let attempts = 0;
    const deed = async (sandbox: Sandbox) => {
      attempts += 1;
      if (attempts > 1) return;
      const waiting = sandbox.exec(["sleep", "60"], { timeoutSeconds: 90 });
      await Promise.all([waiting, new Promise((resolve) => setTimeout(resolve, 500)).then(() => act(containers[0]!))]);
    };
    const { sample } = await runDeed(attacked, deed, { onEvent });
    expect(attempts).toBe(2);
    expect(sample.error_retries?.[0]?.message).toMatch(words);
    expect(sample.error).toBeUndefined();
    expect(sample.limit).toBeUndefined();
  });

  it("is an error when somebody kills it right after the agent did nothing wrong but fail", async () => {
    let container = "";
    const onEvent = (event: RunEvent): void => {
      if (event.type === "sandbox-event" && event.event.type === "service-start") container = event.event.container;
    };
    const deed = async () => {
      await docker("kill", container);
      throw new Error("the agent's program broke");
    };
    const { sample, result } = await runDeed(attacked, deed, { onEvent, retryOnError: 0 });
    expect(sample.error?.message).toContain("the agent's program broke");
    expect(sample.limit).toBeUndefined();
    expect(result.erroredSamples).toBe(1);
  });
});
