import { createHash } from "node:crypto";
import { plainName } from "../pod/manifest.js";

const HASH_DIGITS = 4;
/** With the name of a sandbox and a hash, as long as a name in DNS may be (63). */
const LONGEST_PART = 24;

/** The pod of a service: the main one is called like its sandbox, so that a person finds it. */
export function podName(sandbox: string, service: string, main: string): string {
  if (service === main) return sandbox;
  const plain = plainName(service).slice(0, LONGEST_PART).replace(/-+$/, "");
  if (plain === service) return `${sandbox}-${plain}`;
  // Two services may differ only in what a pod's name cannot have.
  return `${sandbox}-${plain}-${createHash("sha256").update(service).digest("hex").slice(0, HASH_DIGITS)}`;
}
