import type { Finding } from "./check.js";

/** The oldest Node that this package supports, as in its package.json. */
const OLDEST = [20, 19] as const;

export function checkNode(version: string = process.versions.node): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isNew = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
  if (isNew) return { name: "Node", state: "ok", facts: `version ${version}` };
  return {
    name: "Node",
    state: "missing",
    facts: `version ${version} is too old`,
    fix: `Install Node ${OLDEST.join(".")} or newer from https://nodejs.org.`,
  };
}
