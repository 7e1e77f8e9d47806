import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseComposeSpec } from "@mlebench/sandbox-compose";
import { createK8sProvider } from "@mlebench/sandbox-k8s";
import { expect, it } from "vitest";
import { clusterProblem, TEST_CLUSTER_OPTIONS } from "../test-support/cluster-problem.js";
import { TEST_AGENT_IMAGE } from "../test-support/docker-problem.js";
import { WIDE_BOUND } from "../test-support/wide-bound.js";
import { startValidationBridge } from "./validation-bridge.js";

const problem = clusterProblem();

/** A wire to the API server, which can be cut, and the kubeconfig that leads through it. */
async function cuttableCluster(directory: string) {
  const text = await readFile(process.env["KUBECONFIG"] ?? "", "utf8");
  const address = /server: "?(https:\/\/[^"\s,}]+)/.exec(text)?.[1] ?? "";
  const { hostname, port } = new URL(address);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from.on("error", () => to.destroy()).on("close", () => to.destroy()));
      from.pipe(to);
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const here = server.address();
  const kubeconfig = join(directory, "kubeconfig");
  const through = `https://127.0.0.1:${typeof here === "object" ? here?.port : 0}`;
  await writeFile(kubeconfig, text.replaceAll(address, through), { mode: 0o600 });
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    kubeconfig,
    cut,
    async [Symbol.asyncDispose]() {
      server.close();
      cut();
    },
  };
}

it.skipIf(problem !== undefined)(
  "the endpoint in a pod comes back after the connection to the cluster was cut",
  async () => {
    const directory = await mkdtemp(join(tmpdir(), "mlebench-k8s-bridge-"));
    try {
      await using cluster = await cuttableCluster(directory);
      await using provider = createK8sProvider({ ...TEST_CLUSTER_OPTIONS, kubeconfig: cluster.kubeconfig });
      const spec = parseComposeSpec({ services: { default: { image: TEST_AGENT_IMAGE, network_mode: "none" } } });
      await using sandbox = await provider.up(spec, { runId: "k8s-bridge", name: "bridge" });
      const troubles: string[] = [];
      await using bridge = await startValidationBridge(
        {
          exec: (command, options) => sandbox.exec(command, options),
          stream: (command, options) => sandbox.stream(command, options),
        },
        {
          port: 5000,
          bound: WIDE_BOUND,
          validate: async () => ({ valid: true }),
          onTrouble: (message) => troubles.push(message),
        },
      );
      const ask = () => sandbox.exec(["curl", "-s", "--max-time", "20", `${bridge.url}/health`]);
      const healthy = '{"status": "running"}';
      expect((await ask()).stdout.trim()).toBe(healthy);
      cluster.cut();
      for (let answer = ""; answer !== healthy; ) {
        answer = await ask().then(
          ({ stdout }) => stdout.trim(),
          () => "",
        );
        // The old listener answers nobody, and may be seen for a moment.
        if (troubles.length === 0) answer = "";
      }
      expect(troubles[0]).toContain("was started again");
    } finally {
      await rm(directory, { recursive: true });
    }
  },
);
