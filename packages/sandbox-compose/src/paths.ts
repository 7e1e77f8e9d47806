import type { SandboxPaths } from "./provider.js";

const LAYOUT: SandboxPaths = {
  home: "/home",
  data: "/home/data",
  submission: "/home/submission",
  code: "/home/code",
  logs: "/home/logs",
};

/** The usual places, with the caller's own where given. */
export function sandboxPaths(own: Partial<SandboxPaths> = {}): SandboxPaths {
  return { ...LAYOUT, ...own };
}
