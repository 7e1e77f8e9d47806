import type { Sandbox } from "@mlebench/sandbox-compose";

const CHECKS: readonly { readonly what: string; readonly command: string }[] = [
  {
    what: "nvidia-smi",
    command:
      'out=$(nvidia-smi -L 2>&1); code=$?; echo "$out"; case $out in *"GPU 0:"*) exit $code ;; *) exit $((code ? code : 1)) ;; esac',
  },
  {
    what: "torch",
    command: `python3 -c 'import torch; n = torch.cuda.device_count(); print(n, "GPUs"); raise SystemExit(n == 0)'`,
  },
  {
    what: "tensorflow",
    command: `python3 -c 'import tensorflow as tf; g = tf.config.list_physical_devices("GPU"); print(len(g), "GPUs"); raise SystemExit(not g)'`,
  },
];
const SHOWN_CHARACTERS = 500;

/** Asks inside the sandbox whether the GPUs are seen; what does not see them becomes a warning with its output. */
export async function checkGpu(sandbox: Sandbox, warn: (message: string) => void): Promise<void> {
  for (const { what, command } of CHECKS) {
    const { exitCode, stdout, stderr } = await sandbox.exec(["bash", "--login", "-c", command], {
      timeoutSeconds: 120,
    });
    if (exitCode === 0) continue;
    const output = `${stdout}\n${stderr}`.trim().slice(-SHOWN_CHARACTERS);
    warn(`A GPU was asked for, but ${what} does not see one in the sandbox (exit ${exitCode}): ${output}`);
  }
}
