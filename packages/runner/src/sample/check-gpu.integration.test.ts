import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLocalProvider, parseComposeSpec } from "@mlebench/sandbox-compose";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkGpu } from "./check-gpu.js";

const SEES = "echo 'GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-1)'; echo 'GPU 1: NVIDIA A100-SXM4-40GB (UUID: GPU-2)'";

describe("the check for GPUs in the sandbox", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "mlebench-gpu-"));
    await mkdir(join(directory, "bin"));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  /** Puts programs first on the sandbox's PATH and gives the warnings. */
  async function warningsWith(programs: Readonly<Record<string, string>>): Promise<string[]> {
    for (const [name, body] of Object.entries(programs)) {
      const path = join(directory, "bin", name);
      await writeFile(path, `#!/bin/sh\n${body}\n`);
      await chmod(path, 0o755);
    }
    const env = { PATH: `${join(directory, "bin")}:/usr/bin:/bin` };
    await using provider = createLocalProvider({ directory: join(directory, "sandboxes"), bubblewrap: "never", env });
    const spec = parseComposeSpec({ services: { default: { image: "none" } } });
    await using sandbox = await provider.up(spec, { runId: "gpu", name: "gpu", onProgress: () => undefined });
    const warnings: string[] = [];
    await checkGpu(sandbox, (message) => warnings.push(message));
    return warnings;
  }

  it("is silent when nvidia-smi, torch and tensorflow see one", async () => {
    expect(await warningsWith({ "nvidia-smi": SEES, python3: "echo '2 GPUs'" })).toEqual([]);
  });

  it("warns for each that does not, with what it said", async () => {
    const python3 = `case "$2" in
  *torch*) echo '0 GPUs'; exit 1 ;;
  *) echo "ModuleNotFoundError: No module named 'tensorflow'" >&2; exit 1 ;;
esac`;
    const driver = 'echo "NVIDIA-SMI has failed because it couldn\'t communicate with the NVIDIA driver."; exit 9';
    const warnings = await warningsWith({ "nvidia-smi": driver, python3 });
    expect(warnings).toHaveLength(3);
    expect(warnings[0]).toMatch(/nvidia-smi does not see one in the sandbox \(exit 9\): NVIDIA-SMI has failed/);
    expect(warnings[1]).toMatch(/torch does not see one in the sandbox \(exit 1\): 0 GPUs/);
    expect(warnings[2]).toMatch(/tensorflow does not see one .*No module named 'tensorflow'/);
  });

  it("does not take a list without a GPU for one", async () => {
    const warnings = await warningsWith({ "nvidia-smi": "echo 'No devices found.'", python3: "true" });
    expect(warnings).toEqual([expect.stringMatching(/nvidia-smi does not see one .*\(exit 1\): No devices found\./)]);
  });

  it("says so when there is no nvidia-smi at all", async () => {
    const warnings = await warningsWith({
      "nvidia-smi": "echo 'nvidia-smi: command not found' >&2; exit 127",
      python3: "true",
    });
    expect(warnings).toEqual([expect.stringMatching(/\(exit 127\): .*command not found/)]);
  });
});
