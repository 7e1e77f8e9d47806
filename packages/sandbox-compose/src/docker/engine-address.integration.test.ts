import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { dockerTestProblem } from "../test-support/docker.js";
import { Engine } from "./engine.js";
import { findEngine } from "./engine-address.js";

const scratch = mkdtempSync(join(tmpdir(), "mlebench-context-"));
afterAll(() => rmSync(scratch, { recursive: true }));

/** A home with a context of that name, as `docker context create` leaves it. */
function homeWith(name: string, host: string, { current = true, tls = false } = {}): { HOME: string } {
  const home = mkdtempSync(join(scratch, "home-"));
  const docker = join(home, ".docker");
  const folder = createHash("sha256").update(name).digest("hex");
  mkdirSync(join(docker, "contexts", "meta", folder), { recursive: true });
  writeFileSync(
    join(docker, "contexts", "meta", folder, "meta.json"),
    JSON.stringify({ Name: name, Metadata: {}, Endpoints: { docker: { Host: host, SkipTLSVerify: false } } }),
  );
  if (tls) {
    const folderOfTls = join(docker, "contexts", "tls", folder, "docker");
    mkdirSync(folderOfTls, { recursive: true });
    for (const file of ["ca", "cert", "key"]) writeFileSync(join(folderOfTls, `${file}.pem`), file);
  }
  if (current) writeFileSync(join(docker, "config.json"), JSON.stringify({ currentContext: name, auths: {} }));
  return { HOME: home };
}

describe("the engine's address", () => {
  it("is that of the context in use, before the usual place", async () => {
    const env = homeWith("rootless", "unix:///run/user/1000/docker.sock");
    expect(await findEngine({ env })).toMatchObject({
      origin: "the Docker context rootless",
      connection: { socketPath: "/run/user/1000/docker.sock" },
    });
  });

  it("is that of DOCKER_HOST before the context in use, and DOCKER_CONTEXT wins over both", async () => {
    const env = { ...homeWith("colima", "unix:///colima.sock"), DOCKER_HOST: "unix:///host.sock" };
    expect(await findEngine({ env })).toMatchObject({
      origin: "DOCKER_HOST",
      connection: { socketPath: "/host.sock" },
    });
    expect(await findEngine({ env: { ...env, DOCKER_CONTEXT: "colima" } })).toMatchObject({
      connection: { socketPath: "/colima.sock" },
    });
    expect(await findEngine({ env: { ...env, DOCKER_CONTEXT: "default" } })).toMatchObject({
      origin: "the usual place",
    });
    expect(await findEngine({ env, socketPath: "/own.sock" })).toMatchObject({
      connection: { socketPath: "/own.sock" },
    });
  });

  it.each([
    ["tcp://10.0.0.1:2375", {}, { protocol: "http", host: "10.0.0.1", port: "2375" }],
    ["10.0.0.1:2375", {}, { protocol: "http", host: "10.0.0.1", port: "2375" }],
    ["tcp://10.0.0.1:2375", { DOCKER_TLS_VERIFY: "1" }, { protocol: "https", host: "10.0.0.1" }],
    ["tcp://10.0.0.1:2376", {}, { protocol: "https", host: "10.0.0.1", port: "2376" }],
    ["ssh://me@gpu-box", {}, { protocol: "ssh", host: "gpu-box", username: "me" }],
  ])("of DOCKER_HOST=%s with %j is understood", async (host, more, connection) => {
    expect(await findEngine({ env: { HOME: scratch, DOCKER_HOST: host, ...more } })).toMatchObject({ connection });
  });

  it("of a context has the context's certificates", async () => {
    expect(await findEngine({ env: homeWith("remote", "tcp://10.0.0.1:2376", { tls: true }) })).toMatchObject({
      connection: { protocol: "https", host: "10.0.0.1", port: "2376", ca: "ca", cert: "cert", key: "key" },
    });
  });

  it.each([
    [
      "a context that is not there",
      { HOME: scratch, DOCKER_CONTEXT: "gone" },
      /gone.*named by DOCKER_CONTEXT.*does not exist/,
    ],
    ["an address of another kind", homeWith("odd", "gopher://x"), /"gopher:\/\/x" is not supported/],
    ["a DOCKER_HOST of another kind", { HOME: scratch, DOCKER_HOST: "gopher://x" }, /DOCKER_HOST.*not supported/],
  ])("is refused by name for %s", async (_, env, message) => {
    await expect(findEngine({ env })).rejects.toMatchObject({
      code: "DOCKER_UNAVAILABLE",
      message: expect.stringMatching(message),
    });
  });
});

const problem = await dockerTestProblem();

describe.skipIf(problem !== undefined)("a context in use", () => {
  it("leads to its engine, and a dead one is named in the error", async () => {
    const { connection } = await findEngine({});
    const socket = join(scratch, "engine.sock");
    symlinkSync(connection.socketPath?.toString() ?? "/var/run/docker.sock", socket);
    const engine = new Engine({ env: homeWith("here", `unix://${socket}`) });
    expect((await engine.version()).foundBy).toBe("the Docker context here");
    engine.close();
    const dead = new Engine({ env: homeWith("dead", `unix://${join(scratch, "none.sock")}`) });
    await expect(dead.version()).rejects.toMatchObject({
      code: "DOCKER_UNAVAILABLE",
      message: expect.stringContaining("the Docker context dead"),
    });
    dead.close();
  });
});
