import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

it.each(["data-prep", "grader"])("the registry of %s is up to date with its folder of competitions", (name) => {
  const script = ["scripts/generate-registry.mjs", `packages/${name}/src/competitions`, "--check"];
  const { status, stderr } = spawnSync(process.execPath, script, { cwd: ROOT, encoding: "utf8" });
  expect(stderr).toBe("");
  expect(status).toBe(0);
});
