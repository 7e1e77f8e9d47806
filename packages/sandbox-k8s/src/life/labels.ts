import { createHash, randomBytes, randomInt } from "node:crypto";
import { parseJson } from "@mlebench/base";
import { type Ownership, readOwnership } from "@mlebench/sandbox-compose/provider-kit";

const PREFIX = "sandbox.mlebench.dev";
const ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
/** On everything that the provider creates. */
export const OWNED_LABEL = `${PREFIX}/owned`;
export const RUN_LABEL = `${PREFIX}/run`;
export const SANDBOX_LABEL = `${PREFIX}/sandbox`;
export const SERVICE_LABEL = `${PREFIX}/service`;
/** One value for all that a provider makes, so that it can watch that alone. */
export const ORCHESTRATOR_LABEL = `${PREFIX}/orchestrator`;
const OWNER_ANNOTATION = `${PREFIX}/owner`;

export function newOrchestratorId(): string {
  return randomBytes(8).toString("hex");
}

/** `mle-<name>-<random>`, a valid name of a pod with room for a service's. */
export function sandboxName(name: string): string {
  const task = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 20)
    .replaceAll(/^-+|-+$/g, "");
  const random = Array.from({ length: 8 }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
  return `mle-${task === "" ? "sandbox" : task}-${random}`;
}

/** Label values are short and plain; what is not becomes a hash, and the annotation has the whole. */
export function labelValue(text: string): string {
  if (/^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/.test(text)) return text;
  return `h-${createHash("sha256").update(text).digest("hex").slice(0, 40)}`;
}

export function ownershipMetadata(ownership: Ownership, sandbox: string, orchestrator: string) {
  return {
    labels: {
      [OWNED_LABEL]: "1",
      [RUN_LABEL]: labelValue(ownership.runId),
      [SANDBOX_LABEL]: sandbox,
      [ORCHESTRATOR_LABEL]: orchestrator,
    },
    annotations: { [OWNER_ANNOTATION]: JSON.stringify(ownership) },
  };
}

/** Whose a pod or network policy with these annotations is. */
export function ownershipOf(annotations: Readonly<Record<string, string>> | undefined): Ownership {
  return readOwnership(parseJson(annotations?.[OWNER_ANNOTATION] ?? ""));
}
