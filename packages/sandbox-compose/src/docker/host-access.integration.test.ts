import { mkdtemp, rm, symlink } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { mergeCompose } from "../compose/merge.js";
import type { ServiceInput } from "../compose/spec.js";
import { dockerTestProblem, TEST_SPEC } from "../test-support/docker.js";
import { createDockerProvider } from "./provider.js";

const specOf = (service: ServiceInput) => mergeCompose(TEST_SPEC, { services: { default: service } });
const HOST_NAME = "head -c 20 /host/hostname";

describe.skipIf((await dockerTestProblem()) !== undefined)("a container that opens the host", () => {
  const options = { runId: "host-access", name: "host-access", onProgress: () => undefined };

  it("is not started, and is with the key that the refusal names", async () => {
    await using provider = createDockerProvider();
    const spec = specOf({ volumes: ["/etc/../etc:/host"], cap_add: ["SYS_PTRACE"] });
    const refusal = await provider.up(spec, options).then(
      () => undefined,
      (error: { readonly hint?: string }) => error,
    );
    const allowHostAccess = /--allow-host-access (.*) \(/.exec(refusal?.hint ?? "")?.[1]?.split(" ");
    expect(allowHostAccess).toEqual(["volumes:/etc", "cap_add:SYS_PTRACE"]);
    await using sandbox = await provider.up(spec, { ...options, allowHostAccess });
    const { stdout, exitCode } = await sandbox.exec(["sh", "-c", HOST_NAME]);
    expect([exitCode, stdout.length > 0]).toEqual([0, true]);
  });

  it("by a link that an agent left in a shared folder is not started either", async () => {
    const folder = await mkdtemp("/tmp/mlebench-shared-");
    try {
      await symlink("/etc", `${folder}/data`);
      await using provider = createDockerProvider();
      await expect(provider.up(specOf({ volumes: [`${folder}/data:/host`] }), options)).rejects.toMatchObject({
        code: "COMPOSE_SPEC_INVALID",
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
