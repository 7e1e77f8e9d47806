import { parseComposeSpec } from "@mlebench/sandbox-compose";
import { expect, it } from "vitest";
import { createK8sProvider } from "./provider.js";

it("refuses a spec that opens the host before any cluster is looked for", async () => {
  await using provider = createK8sProvider({ kubeconfig: "/no/kubeconfig", env: {} });
  const spec = parseComposeSpec({ services: { default: { image: "a", volumes: ["/etc:/host"] } } });
  await expect(provider.up(spec, { runId: "r", name: "n", onProgress: () => undefined })).rejects.toMatchObject({
    code: "COMPOSE_SPEC_INVALID",
    hint: expect.stringContaining("--allow-host-access volumes:/etc"),
  });
});
