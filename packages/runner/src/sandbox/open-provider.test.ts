import { createLocalProvider } from "@mlebench/sandbox-compose";
import { describe, expect, it } from "vitest";
import { openProvider } from "./open-provider.js";

describe("the sandbox type k8s", () => {
  it("names the package to install when it is missing", async () => {
    const opening = openProvider("k8s", {
      env: {},
      importPackage: async (name) => {
        throw Object.assign(new Error(`Cannot find package '${name}'`), { code: "ERR_MODULE_NOT_FOUND" });
      },
    });
    await expect(opening).rejects.toMatchObject({
      code: "RUNNER_SANDBOX_PACKAGE",
      hint: "Run `npm install @mlebench/sandbox-k8s`.",
    });
  });

  it("is given the environment, which it reads itself, and the options", async () => {
    let got: unknown;
    const imported: string[] = [];
    await using provider = await openProvider("k8s", {
      maxSandboxes: 4,
      env: { MLEBENCH_K8S_NAMESPACE: "evals" },
      sandboxOptions: { context: "b" },
      importPackage: async (name) => {
        imported.push(name);
        return {
          createProvider: (options: unknown) => {
            got = options;
            return createLocalProvider();
          },
        };
      },
    });
    expect(provider.name).toBe("local");
    expect(imported).toEqual(["@mlebench/sandbox-k8s"]);
    expect(got).toEqual({ env: { MLEBENCH_K8S_NAMESPACE: "evals" }, context: "b", maxSandboxes: 4 });
  });

  it("says so when the package is of another version", async () => {
    const opening = openProvider("k8s", { env: {}, importPackage: async () => ({}) });
    await expect(opening).rejects.toThrow("exports no createProvider");
  });
});

it("imports nothing for the bundled providers", async () => {
  const importPackage = async (): Promise<never> => {
    throw new Error("nothing is to be imported");
  };
  await using provider = await openProvider("local", { importPackage });
  expect(provider.name).toBe("local");
});
