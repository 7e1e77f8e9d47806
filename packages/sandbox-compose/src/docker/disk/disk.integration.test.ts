import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseComposeSpec } from "../../compose/parse.js";
import type { Sandbox, SandboxEvent } from "../../provider.js";
import { AttackResult, DISK_ATTACKS_PROGRAM } from "../../test-support/disk-attacks.js";
import { dockerTestProblem, PYTHON_IMAGE } from "../../test-support/docker.js";
import { createDockerProvider, type DockerProvider } from "../provider.js";

const MIB = 2 ** 20;
const LIMIT = 96 * MIB;
const problem = await dockerTestProblem(PYTHON_IMAGE);
/** The essential ones; all of them, everywhere, are in disk-attacks.slow.test.ts. */
const ATTACKS = [
  ["an unlinked open file", "/tmp", "root"],
  ["a sparse file, filled afterwards", "/home", "nonroot"],
  ["an unlinked file mapped into memory", "/var/tmp", "nonroot"],
  ["many empty files", "/tmp", "nonroot"],
  ["an unlinked open file", "/named", "root"],
  ["an unlinked open file", "/anonymous", "root"],
] as const;

describe.skipIf(problem !== undefined)(`the disk of a Docker sandbox ${problem ?? ""}`, () => {
  const events: SandboxEvent[] = [];
  let provider: DockerProvider;
  let sandbox: Sandbox;
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "disk-"));
    provider = createDockerProvider({ maxSandboxes: 4 });
    const service = { image: PYTHON_IMAGE, "x-local": true, mem_limit: "1g", storage_opt: { size: LIMIT } };
    const volumes = ["named:/named", "/anonymous"];
    const spec = parseComposeSpec({ services: { default: { ...service, volumes } }, volumes: { named: null } });
    sandbox = await provider.up(spec, { runId, name: "disk", onProgress: (event) => events.push(event) });
    await sandbox.exec(["chmod", "1777", "/named", "/anonymous"], { user: "root" });
  });
  const runId = `disk-${process.pid}`;

  afterAll(async () => {
    await provider?.[Symbol.asyncDispose]();
    if (directory !== undefined) await rm(directory, { recursive: true, force: true });
  });

  const attack = async (name: string, folder: string, user: string) => {
    const command = ["python3", "-c", DISK_ATTACKS_PROGRAM, folder, name, String(3 * LIMIT)];
    const { stdout, stderr } = await sandbox.exec(command, { user, timeoutSeconds: 120 });
    expect(stderr).toBe("");
    return AttackResult.parse(JSON.parse(stdout));
  };

  it.each(ATTACKS)("ends %s at the limit: in %s, by %s", async (name, folder, user) => {
    const { bytes, end } = await attack(name, folder, user);
    expect(end).toMatch(/^(ENOSPC|SIGBUS)$/);
    expect(bytes).toBeLessThanOrEqual(LIMIT);
    expect((await sandbox.exec(["echo", "alive"])).stdout).toBe("alive\n");
  });

  it.each(["/etc/hosts", "/etc/resolv.conf", "/etc/hostname"])(
    "lets root write nothing past it, in %s",
    async (path) => {
      const result = await sandbox.exec(["sh", "-c", `cat /dev/zero >>${path}`], { user: "root", timeoutSeconds: 20 });
      expect(result.stderr).toMatch(/Read-only file system/);
      expect(result.exitCode).not.toBe(0);
    },
  );

  it("runs commands on a full disk, and hands out what was handed in", async () => {
    await sandbox.writeFile("/home/submission/submission.csv", "id,x\n1,2\n");
    const full = await sandbox.exec(["sh", "-c", "cat /dev/zero >/home/full"], { user: "nonroot" });
    expect(full.stderr).toMatch(/No space left on device/);
    expect(await sandbox.exec(["python3", "-c", "print(6 * 7)"])).toMatchObject({ exitCode: 0, stdout: "42\n" });
    await expect(sandbox.writeFile("/home/more", new Uint8Array(MIB))).rejects.toMatchObject({ problem: "no-space" });
    const copied = await sandbox.copyOut("/home/submission/submission.csv", join(directory, "submission.csv"));
    expect(copied).toMatchObject({ files: 1, bytes: 9 });
    await sandbox.exec(["rm", "/home/full"], { user: "root" });
    expect((await sandbox.exec(["sh", "-c", "echo fits >/home/small && cat /home/small"])).stdout).toBe("fits\n");
  });

  it("resolves names as before", async () => {
    const image = { image: PYTHON_IMAGE, "x-local": true, mem_limit: "256m", storage_opt: { size: "64m" } };
    const spec = parseComposeSpec({
      services: {
        default: { ...image, hostname: "box", extra_hosts: ["elsewhere:192.0.2.7"] },
        side: { ...image, networks: { default: { aliases: ["other"] } } },
      },
    });
    await using several = await provider.up(spec, { runId, name: "disk" });
    const names = ["localhost", "box", "elsewhere", "side", "other"];
    const { stdout } = await several.exec(["sh", "-c", `for name in ${names.join(" ")}; do getent hosts $name; done`]);
    expect(stdout.trim().split("\n")).toHaveLength(names.length);
    expect(stdout).toMatch(/192\.0\.2\.7 +elsewhere/);
  });

  it("refuses what the host's disk has no room for, with the numbers, and leaves nothing", async () => {
    const service = { image: PYTHON_IMAGE, "x-local": true, storage_opt: { size: "900t" } };
    const up = provider.up(parseComposeSpec({ services: { default: service } }), { runId, name: "disk" });
    await expect(up).rejects.toMatchObject({
      message: expect.stringMatching(/no room for service default, which needs .* free, of which .* promised/),
      hint: expect.stringContaining("storage_opt.size"),
    });
  });

  it("gives each sandbox the same share of a disk that is short, and tells no one", async () => {
    const spec = parseComposeSpec({ services: { default: { image: PYTHON_IMAGE, "x-local": true } } });
    const one = provider.up(spec, { runId, name: "disk" });
    await using first = await one;
    await using second = await provider.up(spec, { runId, name: "disk" });
    const size = async (each: Sandbox) => Number((await each.exec(["stat", "-f", "-c", "%b", "/"])).stdout);
    const [a, b] = [await size(first), await size(second)];
    expect(Math.abs(a - b) / a).toBeLessThan(0.2);
    expect(events.filter(({ type }) => type === "warning")).toEqual([]);
  });
});
