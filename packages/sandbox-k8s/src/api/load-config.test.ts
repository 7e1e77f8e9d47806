import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { loadConfig } from "./load-config.js";

const SERVER = "https://cluster.example:6443";

describe("the configuration of the client", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "kubeconfig-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const write = async (own: { readonly current?: string; readonly cluster?: string; readonly server?: string }) => {
    const { current = "lab", cluster = "lab", server = SERVER } = own;
    const kubeconfig = join(folder, "config");
    const contexts = ["lab", "home"].map((name) => ({ name, context: { cluster, user: "me" } }));
    const users = [{ name: "me", user: { token: "t" } }];
    const clusters = [{ name: "lab", cluster: { server } }];
    await writeFile(kubeconfig, JSON.stringify({ "current-context": current, contexts, users, clusters }));
    return kubeconfig;
  };
  const failure = (settings: { readonly kubeconfig?: string; readonly context?: string }): unknown => {
    try {
      return loadConfig({ kubeconfig: undefined, context: undefined, ...settings });
    } catch (error) {
      return error;
    }
  };

  it("is that of the context that is named, else the current one", async () => {
    const kubeconfig = await write({});
    expect(loadConfig({ kubeconfig, context: undefined }).getCurrentContext()).toBe("lab");
    expect(loadConfig({ kubeconfig, context: "home" }).getCurrentContext()).toBe("home");
    expect(loadConfig({ kubeconfig, context: "home" }).getCurrentCluster()?.server).toBe(SERVER);
  });

  it("names the file and what is wrong in it", async () => {
    expect(failure({ kubeconfig: join(folder, "missing") })).toMatchObject({
      code: "K8S_UNAVAILABLE",
      message: expect.stringContaining(join(folder, "missing")),
    });
    const expected: [Parameters<typeof write>[0], string | undefined, string][] = [
      [{}, "work", "there is no context work; there is lab, home"],
      [{ current: "gone" }, undefined, "there is no context gone"],
      [{ current: "" }, undefined, "no context is the current one"],
      [{ cluster: "gone" }, undefined, "names cluster gone, which is not there"],
      [{ server: "http://cluster.example" }, undefined, "http://cluster.example has no TLS"],
    ];
    for (const [written, context, facts] of expected) {
      const kubeconfig = await write(written);
      const error = failure({ kubeconfig, ...(context === undefined ? {} : { context }) });
      expect(error).toMatchObject({ message: expect.stringContaining(facts) });
      expect(error).toMatchObject({ message: expect.stringContaining(kubeconfig) });
    }
  });

  it("is missed at once where there is none", () => {
    vi.stubEnv("KUBECONFIG", "");
    vi.stubEnv("HOME", folder);
    try {
      expect(failure({})).toMatchObject({ message: expect.stringContaining("neither KUBECONFIG nor ~/.kube/config") });
    } finally {
      vi.unstubAllEnvs();
    }
  });
});
