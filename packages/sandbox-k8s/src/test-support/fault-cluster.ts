import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CoreV1Api, KubeConfig, type V1Pod } from "@kubernetes/client-node";

/** A namespace of the test cluster that only one test file uses, and its API apart from the provider's. */
export interface FaultCluster extends AsyncDisposable {
  readonly namespace: string;
  readonly core: CoreV1Api;
  readonly server: URL;
  /** A kubeconfig like the present one with another port of the same server. */
  kubeconfigFor(port: number): Promise<string>;
  /** A kubeconfig like the present one for another account. */
  kubeconfigWithToken(token: string): Promise<string>;
  /** A kubeconfig like the present one that does not say whom to trust. */
  kubeconfigWithoutAuthority(): Promise<string>;
  pod(name: string): Promise<V1Pod | undefined>;
  pods(): Promise<V1Pod[]>;
}

export async function openFaultCluster(): Promise<FaultCluster> {
  const config = new KubeConfig();
  config.loadFromDefault();
  const core = config.makeApiClient(CoreV1Api);
  const server = config.getCurrentCluster()?.server ?? "";
  const namespace = `mlebench-faults-${randomBytes(3).toString("hex")}`;
  const folder = await mkdtemp(join(tmpdir(), "k8s-faults-"));
  await core.createNamespace({ body: { metadata: { name: namespace } } });
  // A namespace takes pods once its controller has made this.
  await eventually(() => core.readNamespacedServiceAccount({ name: "default", namespace }));
  const write = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  return {
    namespace,
    core,
    server: new URL(server),
    async kubeconfigFor(port) {
      const text = config.exportConfig().replaceAll(server, `https://127.0.0.1:${port}`);
      return write(`kubeconfig-${port}`, text);
    },
    async kubeconfigWithToken(token) {
      const copy = new KubeConfig();
      copy.loadFromString(config.exportConfig());
      copy.users = copy.users.map(({ name }) => ({ name, token }));
      return write("kubeconfig-of-an-account", copy.exportConfig());
    },
    async kubeconfigWithoutAuthority() {
      const copy = new KubeConfig();
      copy.loadFromString(config.exportConfig());
      copy.clusters = copy.clusters.map(({ name, server: at }) => ({ name, server: at, skipTLSVerify: false }));
      return write("kubeconfig-without-authority", copy.exportConfig());
    },
    pod: (name) => core.readNamespacedPod({ name, namespace }).catch(() => undefined),
    pods: async () => (await core.listNamespacedPod({ namespace })).items,
    async [Symbol.asyncDispose]() {
      await core.deleteNamespace({ name: namespace });
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Tries again until it works and gives something; the test's own limit ends it. */
export async function eventually<Value>(look: () => Promise<Value | undefined | false>): Promise<Value> {
  for (;;) {
    const value = await look().catch(() => undefined);
    if (value !== undefined && value !== false) return value;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
