import { afterAll, beforeAll, describe, it } from "vitest";
import { parseComposeSpec } from "../compose/parse.js";
import { providerSuite } from "../testing/provider-suite.js";
import { bubblewrapProblem } from "./bubblewrap.js";
import { ownProcessesCommand } from "./own-processes.js";
import { createLocalProvider } from "./provider.js";

const framework = { describe, it, beforeAll, afterAll };
const spec = parseComposeSpec({ services: { default: { image: "ignored" } } });

providerSuite("local without isolation", () => createLocalProvider({ bubblewrap: "never", maxSandboxes: 8 }), {
  framework,
  spec,
});

if (ownProcessesCommand() !== undefined) {
  const direct = () => createLocalProvider({ bubblewrap: "never", ownProcesses: "never", maxSandboxes: 8 });
  providerSuite("local without a process tree of its own", direct, { framework, spec });
}

const problem = bubblewrapProblem();
if (problem === undefined) {
  providerSuite("local with bubblewrap", () => createLocalProvider({ bubblewrap: "require", maxSandboxes: 8 }), {
    framework,
    spec,
  });
} else {
  describe("local with bubblewrap", () => {
    it.skip(`is not tested: ${problem}`, () => undefined);
  });
}
