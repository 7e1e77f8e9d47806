import { listGpus } from "../run/gpu-pool.js";
import type { Finding } from "./check.js";

export async function checkGpuHost(list: () => Promise<string[]> = listGpus): Promise<Finding> {
  const gpus = await list();
  if (gpus.length > 0) return { name: "GPU", state: "ok", facts: `${gpus.length} by nvidia-smi` };
  return {
    name: "GPU",
    state: "warning",
    facts: "none seen by nvidia-smi",
    fix: "Only needed with --gpu-driver and --gpu-count; then the driver and the NVIDIA Container Toolkit must be installed.",
  };
}
