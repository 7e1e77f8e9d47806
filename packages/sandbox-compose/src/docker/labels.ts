import { randomInt } from "node:crypto";
import { type Ownership, readOwnership } from "../ownership.js";

const PREFIX = "dev.mlebench.sandbox";
/** On everything that the Docker provider creates. */
export const OWNED_LABEL = `${PREFIX}=1`;
const ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";

/**
 * `inspect-<name>-i<random>`: the pattern by which `inspect sandbox cleanup docker` knows a sample's project.
 */
export function projectName(name: string): string {
  const task = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9-_]/g, "-")
    .slice(0, 12)
    .replace(/_+$/, "");
  const random = Array.from({ length: 8 }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
  return `inspect-${task === "" ? "sandbox" : task}-i${random}`;
}

export function ownershipLabels({ runId, owner, keep }: Ownership): Record<string, string> {
  return {
    [PREFIX]: "1",
    [`${PREFIX}.run-id`]: runId,
    [`${PREFIX}.host`]: owner.host,
    [`${PREFIX}.pid`]: String(owner.pid),
    [`${PREFIX}.pid-start`]: owner.startTime,
    [`${PREFIX}.pid-namespace`]: owner.pidNamespace,
    [`${PREFIX}.keep`]: String(keep),
  };
}

/** Whose a container, network or volume with these labels is. */
export function ownershipOf(labels: Readonly<Record<string, string>>): Ownership {
  return readOwnership({
    runId: labels[`${PREFIX}.run-id`],
    owner: {
      host: labels[`${PREFIX}.host`],
      pid: Number(labels[`${PREFIX}.pid`]),
      startTime: labels[`${PREFIX}.pid-start`],
      pidNamespace: labels[`${PREFIX}.pid-namespace`],
    },
    keep: labels[`${PREFIX}.keep`] === "true",
  });
}

/** What `docker compose ls`, `ps` and `down` recognise a project's containers by. */
export function composeLabels(project: string, service: string, composeFile: string): Record<string, string> {
  return {
    "com.docker.compose.project": project,
    "com.docker.compose.service": service,
    "com.docker.compose.container-number": "1",
    "com.docker.compose.oneoff": "False",
    "com.docker.compose.project.config_files": composeFile,
    "com.docker.compose.project.working_dir": composeFile.slice(0, composeFile.lastIndexOf("/")) || "/",
  };
}
