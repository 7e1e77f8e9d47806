import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { KIT_IDS, kitEnvironment, startKitServer } from "../test-support/kit-server.js";
import { runCli } from "../test-support/run-cli.js";

// Each test starts the command several times, on machines that may be busy.
vi.setConfig({ testTimeout: 300_000 });

const [TITANIC = "", LEAF = "", AUTHOR = "", DOCUMENTS = ""] = KIT_IDS;
const IDS = [TITANIC, LEAF, AUTHOR, DOCUMENTS];
const page = (id: string): string => `https://www.kaggle.com/c/${id}/rules`;

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "mlebench-rules-"));
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

it("lists every page before anything is downloaded, and remembers what is accepted", async () => {
  await using server = await startKitServer(IDS, { notAccepted: [LEAF, AUTHOR] });
  const env = kitEnvironment(server);
  const refused = await runCli(["prepare", "-c", IDS.join(","), "--data-dir", "data"], { cwd, env });
  expect(refused.exitCode).toBe(1);
  for (const id of [LEAF, AUTHOR]) expect(refused.stderr).toContain(page(id));
  expect(refused.stderr).toContain("--skip-tos-check");
  expect(server.requests.filter(({ host }) => host === "storage")).toHaveLength(2);
  const probes = server.requests.length;
  const again = await runCli(["tos", "-c", IDS.join(",")], { cwd, env });
  expect([again.exitCode, again.stdout]).toEqual([1, expect.stringContaining("2 of 4 accepted")]);
  expect(again.stdout).toContain(`  ${page(LEAF)}\n  ${page(AUTHOR)}\n`);
  expect(again.stderr).toContain(`${TITANIC}: accepted (remembered)`);
  // Only the two that are not accepted were asked for again.
  expect(server.requests.length - probes).toBe(2);
  const skipped = await runCli(["prepare", "-c", `${TITANIC},${LEAF}`, "--data-dir", "data", "--skip-tos-check"], {
    cwd,
    env: { ...env, MLEBENCH_SKIP_VERIFICATION: "1" },
  });
  expect(skipped.stdout).toContain("1 of 2 ready, 1 failed");
  expect(skipped.stderr).toContain(`Open ${page(LEAF)}`);
});

it("stops at 429 with its progress kept and told, and takes no other error for acceptance", async () => {
  await using server = await startKitServer(IDS, {
    notAccepted: [TITANIC],
    faults: [
      { path: new RegExp(LEAF), effect: { type: "status", status: 500 } },
      { path: new RegExp(DOCUMENTS), times: 1, effect: { type: "status", status: 429 } },
    ],
  });
  const env = kitEnvironment(server);
  const stopped = await runCli(["tos", "-c", IDS.join(",")], { cwd, env });
  expect(stopped.exitCode).toBe(1);
  expect(stopped.stderr).toMatch(/stopped after 3 of 4 competitions: Too many requests \(429\)/);
  expect(stopped.stderr).toContain("1 accepted so far are remembered");
  expect(stopped.stdout).toContain(page(TITANIC));
  expect(stopped.stdout).toMatch(/leaf-classification: not known, .*500/);
  expect(stopped.stdout).toContain(`Not asked: ${DOCUMENTS}`);
  const next = await runCli(["tos", "-c", IDS.join(","), "--json"], { cwd, env });
  expect(next.exitCode).toBe(1);
  expect(next.stderr).toContain(`${AUTHOR}: accepted (remembered)`);
  expect(JSON.parse(next.stdout)).toMatchObject({
    accepted: [AUTHOR, DOCUMENTS],
    not_accepted: [{ competition_id: TITANIC, rules_url: page(TITANIC) }],
    unknown: [{ competition_id: LEAF }],
    unchecked: [],
  });
});

it("says at once that credentials are refused, and does not offer to go on with them", async () => {
  await using server = await startKitServer(IDS);
  const env = { ...kitEnvironment(server), KAGGLE_KEY: "an-old-one" };
  const { exitCode, stderr } = await runCli(["prepare", "-c", IDS.join(","), "--data-dir", "data"], { cwd, env });
  expect([exitCode, stderr]).toEqual([
    1,
    expect.stringMatching(/KAGGLE_USERNAME and KAGGLE_KEY were not accepted .*401/),
  ]);
  expect(stderr).not.toMatch(/skip-tos-check|remembered|an-old-one/);
  expect(server.requests).toHaveLength(1);
});

it("says when others can read the credentials, and goes on with them", async () => {
  await using server = await startKitServer([TITANIC]);
  const { KAGGLE_USERNAME: username, KAGGLE_KEY: key, ...env } = kitEnvironment(server);
  await mkdir(join(cwd, ".kaggle"));
  await writeFile(join(cwd, ".kaggle", "kaggle.json"), JSON.stringify({ username, key }), { mode: 0o644 });
  const asked = await runCli(["tos", "-c", TITANIC], { cwd, env });
  const prepared = await runCli(["prepare", "-c", TITANIC, "--data-dir", "data", "--skip-verification"], { cwd, env });
  for (const { exitCode, stderr } of [asked, prepared]) {
    expect(stderr).toMatch(/warning: The Kaggle credentials in .*kaggle\.json are readable by other users.* chmod 600/);
    expect(exitCode).toBe(0);
  }
});

it("opens the pages one by one and asks again afterwards", async () => {
  await using server = await startKitServer(IDS, { notAccepted: [TITANIC, LEAF] });
  const browser = join(cwd, "browser.sh");
  await writeFile(browser, `#!/bin/sh\necho "$1" >> ${join(cwd, "opened.txt")}\n`);
  await chmod(browser, 0o755);
  const { exitCode, stdout, stderr } = await runCli(["tos", "-c", IDS.join(","), "--open"], {
    cwd,
    env: { ...kitEnvironment(server), BROWSER: `${browser} %s` },
    stdin: "pipe",
    onChild: (child) => {
      child.stderr?.on("data", (chunk) => {
        for (const [, id] of String(chunk).matchAll(/kaggle\.com\/c\/([^/]+)\/rules/g)) {
          server.acceptRules(id!);
          child.stdin?.write("\n");
        }
      });
    },
  });
  expect(stdout).toContain("4 of 4 accepted");
  expect(exitCode).toBe(0);
  expect(stderr).toMatch(new RegExp(`\\[1/2\\] ${page(TITANIC)}[\\s\\S]*\\[2/2\\] ${page(LEAF)}`));
  // The browsers are processes of their own and may be late, or overtake each other.
  await expect
    .poll(async () => (await readFile(join(cwd, "opened.txt"), "utf8")).trimEnd().split("\n").sort())
    .toEqual([page(LEAF), page(TITANIC)]);
});
