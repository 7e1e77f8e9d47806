import { statfs } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { parseComposeSpec } from "../../compose/parse.js";
import type { Sandbox } from "../../provider.js";
import { AttackResult, DISK_ATTACKS, DISK_ATTACKS_PROGRAM } from "../../test-support/disk-attacks.js";
import { dockerTestProblem, PYTHON_IMAGE } from "../../test-support/docker.js";
import { createDockerProvider, type DockerProvider } from "../provider.js";

const MIB = 2 ** 20;
const LIMIT = 32 * MIB;
const problem = await dockerTestProblem(PYTHON_IMAGE);
// Tens of thousands of files take their time on a busy machine.
vi.setConfig({ testTimeout: 600_000 });
const FOLDERS = ["/tmp", "/home", "/var/tmp", "/named", "/anonymous", "/dev/shm"];
const ROOT_FOLDERS = ["/root", "/etc", "/var/log", "/opt", "/usr/local"];

describe.skipIf(problem !== undefined)(`every way to take disk in a Docker sandbox ${problem ?? ""}`, () => {
  let provider: DockerProvider;
  let sandbox: Sandbox;

  beforeAll(async () => {
    provider = createDockerProvider();
    const service = {
      image: PYTHON_IMAGE,
      "x-local": true,
      mem_limit: "1g",
      shm_size: "32m",
      storage_opt: { size: LIMIT },
    };
    const volumes = ["named:/named", "/anonymous"];
    const spec = parseComposeSpec({ services: { default: { ...service, volumes } }, volumes: { named: null } });
    sandbox = await provider.up(spec, { runId: `attacks-${process.pid}`, name: "attacks" });
    await sandbox.exec(["chmod", "1777", "/named", "/anonymous"], { user: "root" });
  });

  afterAll(async () => provider?.[Symbol.asyncDispose]());

  const attack = async (name: string, folder: string, user: string) => {
    const command = ["python3", "-c", DISK_ATTACKS_PROGRAM, folder, name, String(4 * LIMIT)];
    const { stdout, stderr } = await sandbox.exec(command, { user, timeoutSeconds: 500 });
    expect(stderr).toBe("");
    return AttackResult.parse(JSON.parse(stdout));
  };
  const expectHeld = async ({ bytes, end }: AttackResult) => {
    expect(end).toMatch(/^(ENOSPC|SIGBUS|EOPNOTSUPP)$/);
    expect(bytes).toBeLessThanOrEqual(LIMIT);
    expect((await sandbox.exec(["echo", "alive"])).stdout).toBe("alive\n");
  };

  describe.each(["root", "nonroot"])("as %s", (user) => {
    it.each(DISK_ATTACKS)("holds against %s", async (name) => {
      await expectHeld(await attack(name, "/home", user));
    });

    it.each(FOLDERS)("holds against an unlinked open file in %s", async (folder) => {
      await expectHeld(await attack("an unlinked open file", folder, user));
    });

    it.each(["/named", "/anonymous"])(
      "holds against an unlinked file mapped into memory, in the volume %s",
      async (folder) => {
        await expectHeld(await attack("an unlinked file mapped into memory", folder, user));
      },
    );
  });

  it.each(ROOT_FOLDERS)("holds against root in %s", async (folder) => {
    await expectHeld(await attack("an unlinked open file", folder, "root"));
  });

  it("lets what was deleted be used again", async () => {
    const half = LIMIT / 2;
    const line = `for n in 1 2 3 4 5; do head -c ${half} /dev/zero >/tmp/a && sync && rm /tmp/a || exit 1; done`;
    expect(await sandbox.exec(["sh", "-c", line], { timeoutSeconds: 120 })).toMatchObject({ exitCode: 0 });
  });

  it("bounds what the first process says", async () => {
    const { dataRoot } = await provider.version();
    const free = async () => {
      const { bavail, bsize } = await statfs(dataRoot);
      return bavail * bsize;
    };
    const before = await free();
    const say = "timeout 10 sh -c 'while :; do head -c 1000000 /dev/zero | tr \"\\0\" x; echo; done' >/proc/1/fd/1";
    await sandbox.exec(["sh", "-c", say], { user: "root", timeoutSeconds: 30 });
    expect(before - (await free())).toBeLessThan(512 * MIB);
  });

  // The last one: it fills the disk for good.
  it("holds against files of the image that root makes its own", async () => {
    const copy = "for each in $(find /usr/lib -xdev -type f -size +1M); do chmod g+w $each || exit 28; done";
    const result = await sandbox.exec(["sh", "-c", copy], { user: "root", timeoutSeconds: 120 });
    expect(result.stderr).toMatch(/No space left on device/);
    expect((await sandbox.exec(["echo", "alive"])).stdout).toBe("alive\n");
  });
});
