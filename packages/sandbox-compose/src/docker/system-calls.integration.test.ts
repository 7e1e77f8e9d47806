import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseComposeSpec } from "../compose/parse.js";
import type { Sandbox } from "../provider.js";
import { dockerTestProblem, PYTHON_IMAGE } from "../test-support/docker.js";
import {
  type CallResults,
  REFUSED_ATTEMPTS,
  REFUSED_ON_X64,
  SYSTEM_CALLS_PROGRAM,
} from "../test-support/system-calls.js";
import { createDockerProvider, type DockerProvider } from "./provider.js";

const problem = await dockerTestProblem(PYTHON_IMAGE);
const USERS = ["root", "nonroot"];
const attempts = Object.entries(process.arch === "x64" ? { ...REFUSED_ATTEMPTS, ...REFUSED_ON_X64 } : REFUSED_ATTEMPTS);

describe.skipIf(problem !== undefined)(`system calls in a Docker sandbox ${problem ?? ""}`, () => {
  let provider: DockerProvider;
  let sandbox: Sandbox;
  const results = new Map<string, CallResults>();

  beforeAll(async () => {
    provider = createDockerProvider();
    const spec = parseComposeSpec({ services: { default: { image: PYTHON_IMAGE, "x-local": true, mem_limit: "1g" } } });
    sandbox = await provider.up(spec, { runId: `calls-${process.pid}`, name: "calls" });
    for (const user of USERS) {
      const { stdout, stderr } = await sandbox.exec(["python3", "-c", SYSTEM_CALLS_PROGRAM], { user });
      expect(stderr).toBe("");
      results.set(user, JSON.parse(stdout) as CallResults);
    }
  });

  afterAll(async () => provider?.[Symbol.asyncDispose]());

  describe.each(USERS)("as %s", (user) => {
    it.each(attempts)("refuses %s", (attempt, allowed) => {
      expect(allowed).toContain(results.get(user)?.[attempt]);
    });
  });

  it("gives the list to every service, and to one with security options of its own", async () => {
    const image = { image: PYTHON_IMAGE, "x-local": true, mem_limit: "256m" };
    const spec = parseComposeSpec({
      services: { default: { ...image, security_opt: ["no-new-privileges:true"] }, side: image },
    });
    await using several = await provider.up(spec, { runId: `calls-${process.pid}`, name: "calls" });
    const vsock = ["python3", "-c", "import socket; socket.socket(40, 1)"];
    expect((await several.exec(vsock)).stderr).toMatch(/PermissionError/);
    await using side = await provider.up(spec, { runId: `calls-${process.pid}`, name: "calls", service: "side" });
    expect((await side.exec(vsock)).stderr).toMatch(/PermissionError/);
  });

  it("opens with a capability what belongs to it, and nothing else", async () => {
    const service = { image: PYTHON_IMAGE, "x-local": true, mem_limit: "256m", cap_add: ["SYS_PTRACE"] };
    await using tracer = await provider.up(parseComposeSpec({ services: { default: service } }), {
      ...{ runId: `calls-${process.pid}`, name: "calls", allowHostAccess: ["cap_add:SYS_PTRACE"] },
    });
    const { stdout } = await tracer.exec(["python3", "-c", SYSTEM_CALLS_PROGRAM], { user: "root" });
    const seen = JSON.parse(stdout) as CallResults;
    expect(seen["ptrace of itself"]).toBe("open");
    expect(seen["unshare, a user namespace"]).toBe("EPERM");
    expect(seen["a socket to the hypervisor (AF_VSOCK)"]).toBe("EPERM");
    // Without those that every sandbox keeps, nothing could be put into a folder of the agent's.
    const bounding = await tracer.exec(["grep", "CapBnd", "/proc/self/status"], { user: "root" });
    expect(bounding.stdout.trim()).toMatch(/\t00000000000800eb$/);
  });

  it("says so when the profile that a spec names cannot be read", async () => {
    const security_opt = ["no-new-privileges:true", "seccomp=/nowhere/profile.json"];
    const up = provider.up(
      parseComposeSpec({ services: { default: { image: PYTHON_IMAGE, "x-local": true, security_opt } } }),
      { runId: "calls", name: "calls", allowHostAccess: ["security_opt:seccomp"] },
    );
    await expect(up).rejects.toThrow("The seccomp profile /nowhere/profile.json cannot be read");
  });
});
