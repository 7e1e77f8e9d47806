import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Sandbox } from "@mlebench/sandbox-compose";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { RunResult } from "../run/run-result.js";
import {
  ATTACKED_ID,
  type Attacked,
  makeAttacked,
  removeAttacked,
  runAttacked,
  textBelow,
} from "../test-support/attacked-run.js";
import { dockerProblem } from "../test-support/docker-problem.js";

// Whole file systems are searched; a busy machine takes its time.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const problem = await dockerProblem();
const VALID = "cp /home/data/sample_submission.csv /home/submission/submission.csv";
const SUBMISSION = "/home/submission/submission.csv";
const RACE = `rm -f ${SUBMISSION}; setsid nohup python3 -c '
import os
os.chdir("/home/submission")
while True:
    for target in ("/etc/passwd", "/home/data/sample_submission.csv"):
        try:
            os.symlink(target, "link"); os.rename("link", "submission.csv")
            open("file", "w").write("id,label"); os.rename("file", "submission.csv")
        except OSError:
            pass
' >/dev/null 2>&1 & until [ -e ${SUBMISSION} ]; do :; done`;

/** As [what the attacker does, what may come of it]: no submission and the reason, or an error that says what broke. */
const ATTEMPTS: readonly (readonly [name: string, script: string, outcome: RegExp])[] = [
  ["a link to the passwords", `ln -sf /etc/shadow ${SUBMISSION}`, /link/],
  ["a link to the program's own files", `ln -sf /proc/1/environ ${SUBMISSION}`, /link/],
  ["a link to where the answers are on the host", `ln -sf "$HOST_ANSWERS" ${SUBMISSION}`, /link/],
  ["a link that leads up and out", `ln -sf ../../../../../../..$HOST_ANSWERS ${SUBMISSION}`, /link/],
  [
    "a parent that is a link",
    "rm -rf /home/submission; ln -s /etc /home/submission; exit 0",
    /link|folder|no submission/,
  ],
  ["a pipe", `mkfifo ${SUBMISSION}`, /not a regular file/],
  ["a socket", `python3 -c 'import socket; socket.socket(1).bind("${SUBMISSION}")'`, /not a regular file/],
  ["a device", `mknod ${SUBMISSION} c 1 5 2>/dev/null || ln -sf /dev/zero ${SUBMISSION}`, /not a regular file|link/],
  ["a folder", `mkdir ${SUBMISSION}; ${VALID}/x`, /folder/],
  ["a sparse file of a terabyte", `truncate -s 1T ${SUBMISSION}`, /at most 268435456 are read/],
  ["a file and a link that take turns", RACE, /link|rows|ids|columns|no submission|parsed|not a regular file|invalid/i],
];

describe.skipIf(problem !== undefined).each(["nonroot", "root"])("what is handed in by %s", (user) => {
  let attacked: Attacked;
  beforeAll(async () => {
    attacked = await makeAttacked();
  });
  afterAll(() => removeAttacked(attacked));

  const hostAnswers = () => join(attacked.directory, "data", ATTACKED_ID, "prepared", "private", "test.csv");
  const attack = (script: string): Promise<RunResult> => attackWith((sandbox) => act(sandbox, script));
  const act = (sandbox: Sandbox, script: string) =>
    sandbox.exec(["bash", "-c", script], { user, env: { HOST_ANSWERS: hostAnswers() }, timeoutSeconds: 120 });
  const attackWith = (work: (sandbox: Sandbox) => Promise<unknown>): Promise<RunResult> =>
    runAttacked(attacked, async (state, { sandbox }) => {
      await work(sandbox);
      return state;
    });
  const kept = (result: RunResult) => join(result.artifactsDirectory, `${ATTACKED_ID}_epoch_1`);

  it.each(ATTEMPTS)("counts as nothing when it is %s", async (_name, script, outcome) => {
    const result = await attack(script);
    const [sample] = result.samples;
    const words = String(sample?.report?.reason ?? sample?.summary?.error);
    expect(words).toMatch(outcome);
    expect(sample?.report?.score ?? null).toBeNull();
    expect(await textBelow(result.artifactsDirectory)).not.toMatch(/root:x:0|sealed-answer/);
  });

  it.each([
    ["grows", `echo row-0,guess >>${SUBMISSION}`],
    ["shrinks and grows", `truncate -s 5M ${SUBMISSION}; truncate -s 0 ${SUBMISSION}`],
    ["goes and comes", `rm -f ${SUBMISSION}; ${VALID}`],
  ])("never breaks the sample when it %s while it is copied", async (_name, step) => {
    const result = await attack(`${VALID}; chmod u+w ${SUBMISSION}
setsid nohup sh -c 'while :; do ${step}; done' >/dev/null 2>&1 &`);
    expect(result.samples[0]?.summary?.error).toBeUndefined();
    expect(result.samples[0]?.report).toBeDefined();
  });

  it("is taken with other names of the same file, and links in code and logs are left behind", async () => {
    const result = await attack(`${VALID}; ln ${SUBMISSION} /home/submission/other
cd /home/code; echo 1 >a.py; ln a.py b.py; ln -s /etc/passwd passwd; ln -s / root; ln -s "$HOST_ANSWERS" answers
mkfifo pipe; mkdir -p deep/er; ln -s .. deep/er/up; touch -- -rf '..x' 'new
line' '*'; ln -s /etc /home/logs/etc; exit 0`);
    expect(result.samples[0]?.report).toMatchObject({ valid_submission: true, score: 0 });
    expect((await readdir(join(kept(result), "code"), { recursive: true })).sort()).toEqual(
      ["*", "-rf", "_..x", "a.py", "b.py", "deep", "deep/er", "new\nline"].sort(),
    );
    expect(await readFile(join(kept(result), "code", "b.py"), "utf8")).toBe("1\n");
  });

  it("is nothing of the host's, wherever the code folder leads", async () => {
    const result = await attack(`${VALID}; rm -rf /home/code 2>/dev/null; ln -s /etc /home/code; exit 0`);
    expect(result.samples[0]?.report).toMatchObject({ valid_submission: true });
    expect(await textBelow(result.artifactsDirectory)).not.toContain("root:x:0");
  });
});

describe.skipIf(problem !== undefined)("what one sample leaves for the next", () => {
  it("is nothing", async () => {
    const attacked = await makeAttacked();
    const found: string[] = [];
    const mark = ["left", "behind"].join("-");
    const result = await runAttacked(
      attacked,
      async (state, { sandbox }) => {
        const search = "grep -rlaF -D skip -f - / --exclude-dir=proc --exclude-dir=sys 2>/dev/null; exit 0";
        found.push((await sandbox.exec(["bash", "-c", search], { user: "root", input: `${mark}\n` })).stdout);
        await sandbox.exec(
          ["sh", "-c", `for d in /tmp /dev/shm /var/tmp /home /root /dev /home/data; do echo ${mark} >$d/left; done`],
          {
            user: "root",
          },
        );
        const control = await sandbox.exec(["bash", "-c", search], { user: "root", input: `${mark}\n` });
        expect(control.stdout).toContain("/tmp/left");
        return state;
      },
      { epochs: 2 },
    );
    expect(result.samples.map(({ summary }) => summary?.error)).toEqual([undefined, undefined]);
    expect(found).toEqual(["", ""]);
    await removeAttacked(attacked);
  });
});
