import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UnknownProviderError } from "./errors.js";
import { listProviders, registerProvider, resolveProvider } from "./registry.js";
import { createFakeProvider } from "./testing/fake-provider.js";

describe("resolveProvider", () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "registry-"));
  });
  afterAll(() => rm(directory, { recursive: true }));

  it("knows docker and local, and what was registered", async () => {
    expect(listProviders()).toEqual(["docker", "local"]);
    expect((await resolveProvider("local")).name).toBe("local");
    registerProvider("mine", () => createFakeProvider());
    expect((await resolveProvider("mine")).name).toBe("fake");
  });

  it.each([
    ["named.mjs", "export const createProvider = (options) => ({ name: 'theirs', options });"],
    ["default.mjs", "export default async (options) => ({ name: 'theirs', options });"],
  ])("imports a module: %s", async (file, source) => {
    await writeFile(join(directory, file), source);
    const provider = await resolveProvider(`./${file}`, { directory, maxSandboxes: 3 });
    expect(provider).toEqual({ name: "theirs", options: { maxSandboxes: 3 } });
  });

  it("refuses options that a bundled provider does not have, and names those it has", async () => {
    await expect(resolveProvider("local", { bubblewrap: "perhaps", colour: "red" })).rejects.toMatchObject({
      code: "SANDBOX_OPTIONS_INVALID",
      kind: "usage",
      message: expect.stringMatching(/local .*bubblewrap: .*colour/),
      hint: expect.stringContaining("bubblewrap, maxSandboxes"),
    });
    await expect(resolveProvider("docker", { maxSandboxes: 0 })).rejects.toThrow("maxSandboxes: ");
  });

  it("says what is known when a name is not", async () => {
    await writeFile(join(directory, "empty.mjs"), "export const x = 1;");
    for (const name of ["dokcer", "./missing.js", "./empty.mjs"]) {
      const error = await resolveProvider(name, { directory }).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(UnknownProviderError);
      expect(error).toMatchObject({
        code: "SANDBOX_PROVIDER_UNKNOWN",
        kind: "usage",
        hint: expect.stringContaining("docker, local"),
      });
    }
  });
});
