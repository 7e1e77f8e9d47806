import { readFile } from "node:fs/promises";
import { KubeConfig, loadAllYaml, RbacAuthorizationV1Api, type V1Role } from "@kubernetes/client-node";
import type { ProviderCheck } from "@mlebench/sandbox-compose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { K8sProviderOptions } from "../options.js";
import { createK8sProvider } from "../provider.js";
import { clusterTestProblem, TEST_IMAGE } from "../test-support/cluster.js";
import { eventually, type FaultCluster, openFaultCluster } from "../test-support/fault-cluster.js";

const problem = clusterTestProblem();

/** The role as the documentation has it. */
async function documentedRole(): Promise<V1Role> {
  const objects = loadAllYaml(await readFile(new URL("../../docs/namespace.yaml", import.meta.url), "utf8"));
  const role = objects.find(({ kind }) => kind === "Role");
  if (role === undefined) throw new Error("there is no Role");
  return role;
}

describe.skipIf(problem !== undefined)(`what the doctor says of a cluster ${problem ?? ""}`, () => {
  let cluster: FaultCluster;
  beforeAll(async () => {
    cluster = await openFaultCluster();
  });
  afterAll(() => cluster?.[Symbol.asyncDispose]());

  const optionsWith = (own: K8sProviderOptions): K8sProviderOptions => ({
    namespace: cluster.namespace,
    imagePullPolicy: "Never",
    runtimeClassName: "isolated",
    env: {},
    ...own,
  });
  const diagnose = async (own: K8sProviderOptions = {}): Promise<Record<string, ProviderCheck>> => {
    await using provider = createK8sProvider(optionsWith(own));
    const checks = (await provider.diagnose?.({ image: TEST_IMAGE })) ?? [];
    return Object.fromEntries(checks.map((check) => [check.name, check]));
  };

  it("finds everything in order on the test cluster", async () => {
    const checks = await diagnose();
    expect(Object.values(checks).map(({ name, state }) => [name, state])).toEqual([
      ["Cluster", "ok"],
      ["Rights", "ok"],
      ["Runtime class", "ok"],
      ["Nodes", "ok"],
      ["Network", "ok"],
    ]);
    expect(checks["Cluster"]?.facts).toMatch(/^Kubernetes v1\.\d+/);
    expect(checks["Nodes"]?.facts).toMatch(/^1 of 1 ready, \d+ CPUs, [1-9]\d* GB, no GPUs$/);
    expect(await cluster.pods()).toEqual([]);
  });

  it("says that a runtime class does not exist, and which do", async () => {
    const checks = await diagnose({ runtimeClassName: "of-no-cluster" });
    expect(checks["Runtime class"]).toMatchObject({ state: "missing", facts: expect.stringContaining("isolated") });
    expect(checks).not.toHaveProperty("Network");
  });

  it("says that no cluster is configured", async () => {
    expect(Object.values(await diagnose({ kubeconfig: "/of/no/machine" }))).toMatchObject([
      { name: "Cluster", state: "missing" },
    ]);
  });

  it("names the rights that an account lacks, and is content with the role of the documentation", async () => {
    const { namespace, core } = cluster;
    const config = new KubeConfig();
    config.loadFromDefault();
    await core.createNamespacedServiceAccount({ namespace, body: { metadata: { name: "eval" } } });
    const { token } = (
      await core.createNamespacedServiceAccountToken({
        name: "eval",
        namespace,
        body: { spec: { audiences: [], expirationSeconds: 3600 } },
      })
    ).status ?? { token: "" };
    const kubeconfig = await cluster.kubeconfigWithToken(token);
    const before = await diagnose({ kubeconfig });
    expect(before["Rights"]).toMatchObject({
      state: "missing",
      facts: expect.stringMatching(/create pods, .*create pods\/exec.*create networkpolicies/),
    });
    expect(before).not.toHaveProperty("Network");
    const rbac = config.makeApiClient(RbacAuthorizationV1Api);
    const { rules } = await documentedRole();
    await rbac.createNamespacedRole({ namespace, body: { metadata: { name: "eval" }, rules } });
    await rbac.createNamespacedRoleBinding({
      namespace,
      body: {
        metadata: { name: "eval" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "eval" },
        subjects: [{ kind: "ServiceAccount", name: "eval", namespace }],
      },
    });
    // The authorizer hears of it a moment later.
    const untried = { kubeconfig, allowUnenforcedNetworkPolicy: true };
    await eventually(async () => (await diagnose(untried))["Rights"]?.state === "ok");
  });
});
