import type { SandboxConfig } from "@mlebench/runner";
import { mergeCompose } from "@mlebench/sandbox-compose";

/** Starts from the spec that would be used anyway; large competitions get more memory, and all get a variable. */
export const roomySandbox: SandboxConfig = ({ competitionId, epoch }, { defaultSpec }) =>
  mergeCompose(defaultSpec, {
    services: {
      default: {
        environment: { EPOCH: String(epoch) },
        ...(competitionId.startsWith("dog-") ? { mem_limit: "16gb", shm_size: "4gb" } : {}),
      },
    },
  });
