import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseComposeSpec } from "../../compose/parse.js";
import type { SandboxEvent } from "../../provider.js";
import { AttackResult, DISK_ATTACKS_PROGRAM } from "../../test-support/disk-attacks.js";
import { dockerTestProblem, PYTHON_IMAGE } from "../../test-support/docker.js";
import { createDockerProvider, type DockerProvider } from "../provider.js";

const MIB = 2 ** 20;
const LIMIT = 64 * MIB;
const problem = await dockerTestProblem(PYTHON_IMAGE);

describe.skipIf(problem !== undefined)(`the disk of a Docker sandbox that is only watched ${problem ?? ""}`, () => {
  const events: SandboxEvent[] = [];
  let provider: DockerProvider;

  const up = () => {
    const service = { image: PYTHON_IMAGE, "x-local": true, mem_limit: "512m", storage_opt: { size: LIMIT } };
    return provider.up(parseComposeSpec({ services: { default: service } }), {
      ...{ runId: `watch-${process.pid}`, name: "watch", onProgress: (event: SandboxEvent) => events.push(event) },
    });
  };

  beforeAll(() => {
    provider = createDockerProvider({ diskPerContainer: "never" });
  });

  afterAll(async () => provider?.[Symbol.asyncDispose]());

  it("says once that it is", async () => {
    await using _one = await up();
    await using _two = await up();
    const warnings = events.filter(({ type }) => type === "warning");
    expect(warnings).toEqual([{ type: "warning", message: expect.stringContaining("only watched") }]);
  });

  it.each([
    "a visible file",
    "an unlinked open file",
    "a sparse file, filled afterwards",
    "space preallocated in one call",
  ])("holds one file to the limit: %s", async (name) => {
    await using sandbox = await up();
    const command = ["python3", "-c", DISK_ATTACKS_PROGRAM, "/tmp", name, String(4 * LIMIT)];
    const { stdout } = await sandbox.exec(command, { user: "root", timeoutSeconds: 60 });
    const { bytes, end } = AttackResult.parse(JSON.parse(stdout));
    expect(end).toBe("EFBIG");
    expect(bytes).toBeLessThanOrEqual(LIMIT);
  });

  it.each([
    ["visible files", "while :; do n=$((n + 1)); head -c 10000000 /dev/zero >/tmp/f$n; sleep 0.2; done"],
    [
      "deleted files that are held open",
      'python3 -c \'import os,time\nkeep=[]\nwhile True:\n  f=open("/tmp/x","wb"); os.unlink("/tmp/x"); f.write(b"x"*10000000); f.flush(); keep.append(f); time.sleep(0.2)\'',
    ],
  ])("ends one that goes over with %s, for the reason disk, and leaves the others", async (_what, line) => {
    await using witness = await up();
    await using sandbox = await up();
    const ended = sandbox.exec(["sh", "-c", line], { user: "nonroot", timeoutSeconds: 90 });
    await expect(ended).rejects.toMatchObject({ code: "SANDBOX_UNAVAILABLE", reason: "disk" });
    expect((await witness.exec(["echo", "alive"])).stdout).toBe("alive\n");
  });
});
