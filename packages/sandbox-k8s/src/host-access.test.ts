import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseComposeSpec } from "@mlebench/sandbox-compose";
import { expect, it } from "vitest";
import { createK8sProvider } from "./provider.js";

const KUBECONFIG = `
apiVersion: v1
kind: Config
clusters: [{ name: c, cluster: { server: "http://127.0.0.1:9" } }]
users: [{ name: u, user: {} }]
contexts: [{ name: x, context: { cluster: c, user: u } }]
current-context: x
`;

it("refuses a spec that opens the host before the cluster is asked for anything", async () => {
  const directory = await mkdtemp(join(tmpdir(), "k8s-host-access-"));
  try {
    const kubeconfig = join(directory, "config");
    await writeFile(kubeconfig, KUBECONFIG);
    await using provider = createK8sProvider({ kubeconfig, env: {} });
    const spec = parseComposeSpec({ services: { default: { image: "a", volumes: ["/etc:/host"] } } });
    await expect(provider.up(spec, { runId: "r", name: "n", onProgress: () => undefined })).rejects.toMatchObject({
      code: "COMPOSE_SPEC_INVALID",
      hint: expect.stringContaining("--allow-host-access volumes:/etc"),
    });
  } finally {
    await rm(directory, { recursive: true });
  }
});
