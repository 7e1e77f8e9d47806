import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { loadEnvFile } from "./load-env-file.js";

const made: string[] = [];
afterEach(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true });
});

it("takes the nearest file upward, and the environment wins over it", async () => {
  const root = mkdtempSync(join(tmpdir(), "env-file-"));
  made.push(root);
  mkdirSync(join(root, "project", "deep"), { recursive: true });
  writeFileSync(join(root, ".env"), "INSPECT_EVAL_MODEL=far/away\nONLY_FAR=1\n");
  writeFileSync(
    join(root, "project", ".env"),
    'INSPECT_EVAL_MODEL=anthropic/x\nOPENAI_API_KEY="from file"\nMLEBENCH_LOG_DIR=logs\n',
  );
  const env: NodeJS.ProcessEnv = { OPENAI_API_KEY: "from environment" };
  const file = await loadEnvFile(join(root, "project", "deep"), env);
  expect(file?.path).toBe(join(root, "project", ".env"));
  expect([...(file?.names ?? [])]).toEqual(["INSPECT_EVAL_MODEL", "MLEBENCH_LOG_DIR"]);
  expect(env).toEqual({
    OPENAI_API_KEY: "from environment",
    INSPECT_EVAL_MODEL: "anthropic/x",
    MLEBENCH_LOG_DIR: join(root, "project", "logs"),
  });
});

it("passes by a folder called .env, as virtual environments of Python are", async () => {
  const root = mkdtempSync(join(tmpdir(), "env-file-"));
  made.push(root);
  mkdirSync(join(root, "project", ".env"), { recursive: true });
  writeFileSync(join(root, ".env"), "INSPECT_EVAL_MODEL=far/away\n");
  expect((await loadEnvFile(join(root, "project"), {}))?.path).toBe(join(root, ".env"));
});
