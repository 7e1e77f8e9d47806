import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AuthorizationV1Api,
  CoreV1Api,
  KubeConfig,
  KubernetesObjectApi,
  loadAllYaml,
  RbacAuthorizationV1Api,
} from "@kubernetes/client-node";
import { parseComposeSpec, type SandboxEvent } from "@mlebench/sandbox-compose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ClusterUnavailableError } from "./errors.js";
import { createK8sProvider } from "./provider.js";
import { clusterTestProblem, TEST_IMAGE } from "./test-support/cluster.js";
import { eventually } from "./test-support/fault-cluster.js";

const problem = clusterTestProblem();
const DOCUMENTED = new URL("../docs/namespace.yaml", import.meta.url);

describe.skipIf(problem !== undefined)(
  `an account with the documented rights alone${problem === undefined ? "" : ` (${problem})`}`,
  () => {
    const namespace = `mlebench-${process.pid}`;
    let directory: string;
    let kubeconfig: string;
    const admin = () => {
      const config = new KubeConfig();
      config.loadFromDefault();
      return config;
    };

    const config = () => {
      const own = new KubeConfig();
      own.loadFromFile(kubeconfig);
      return own;
    };

    beforeAll(async () => {
      const config = admin();
      const objects = KubernetesObjectApi.makeApiClient(config);
      const documented = (await readFile(DOCUMENTED, "utf8")).replaceAll(
        /\b(name|namespace): mlebench$/gm,
        `$1: ${namespace}`,
      );
      for (const object of loadAllYaml(documented)) await objects.create(object);
      const core = config.makeApiClient(CoreV1Api);
      const { status } = await core.createNamespacedServiceAccountToken({
        name: namespace,
        namespace,
        body: { spec: { audiences: [], expirationSeconds: 3600 } },
      });
      const own = new KubeConfig();
      own.loadFromClusterAndUser(config.getCurrentCluster()!, { name: "account", token: status!.token });
      directory = await mkdtemp(join(tmpdir(), "k8s-account-"));
      kubeconfig = join(directory, "kubeconfig");
      await writeFile(kubeconfig, own.exportConfig());
    });

    afterAll(async () => {
      await admin().makeApiClient(CoreV1Api).deleteNamespace({ name: namespace });
      await rm(directory, { recursive: true });
    });

    it("starts sandboxes with the check of the network, runs commands in them, copies and cleans up", async () => {
      await using provider = createK8sProvider({
        kubeconfig,
        namespace,
        imagePullPolicy: "Never",
        runtimeClassName: "isolated",
        env: {},
      });
      const spec = parseComposeSpec({
        services: {
          default: { image: TEST_IMAGE, depends_on: ["judge"], volumes: [`${directory}:/home/data:ro`] },
          judge: { image: TEST_IMAGE, entrypoint: ["sleep", "3600"] },
        },
      });
      const left = await provider.up(spec, { runId: "account", name: "account", keep: true });
      expect((await left.exec(["ls", "/home/data"])).stdout).toBe("kubeconfig\n");
      const services = await admin().makeApiClient(CoreV1Api).listNamespacedService({ namespace });
      expect(services.items.map(({ metadata }) => metadata?.name)).toEqual([`${left.id}-judge`]);
      await left.writeFile("/home/note", "hi");
      await left.copyOut("/home/note", join(directory, "note"));
      expect(await readFile(join(directory, "note"), "utf8")).toBe("hi");
      await left[Symbol.asyncDispose]();
      const { removed, failed } = await provider.cleanup({ runId: "account" });
      expect(failed).toEqual([]);
      expect(removed.map(({ kind }) => kind)).toEqual(["container", "container", "network", "network"]);
    });

    it("works without the right to make Services, and says so once", async () => {
      const rbac = admin().makeApiClient(RbacAuthorizationV1Api);
      const role = await rbac.readNamespacedRole({ name: namespace, namespace });
      const rules = role.rules?.filter(({ resources }) => resources?.includes("services") !== true);
      expect(rules).toHaveLength((role.rules?.length ?? 0) - 1);
      await rbac.replaceNamespacedRole({ name: namespace, namespace, body: { ...role, rules } });
      const isRefused = async () => {
        const { status } = await config()
          .makeApiClient(AuthorizationV1Api)
          .createSelfSubjectAccessReview({
            body: { spec: { resourceAttributes: { namespace, resource: "services", verb: "create" } } },
          });
        return status?.allowed !== true;
      };
      await eventually(isRefused);
      await using provider = createK8sProvider({
        kubeconfig,
        namespace,
        imagePullPolicy: "Never",
        allowUnenforcedNetworkPolicy: true,
      });
      const idle = { image: TEST_IMAGE, entrypoint: ["sleep", "3600"] };
      const spec = parseComposeSpec({ services: { default: idle, judge: idle } });
      const warnings: string[] = [];
      const onProgress = (event: SandboxEvent) => {
        if (event.type === "warning") warnings.push(event.message);
      };
      for (const name of ["first", "second"]) {
        await using sandbox = await provider.up(spec, { runId: "account", name, onProgress });
        expect((await sandbox.exec(["getent", "hosts", "judge"])).stdout).toMatch(/judge/);
      }
      expect(warnings).toEqual([expect.stringMatching(/only in \/etc\/hosts: .*cannot create resource "services"/)]);
    });

    it("is told which rule it lacks elsewhere, and where the role is written", async () => {
      await using provider = createK8sProvider({
        kubeconfig,
        namespace: "default",
        allowUnenforcedNetworkPolicy: true,
      });
      const spec = parseComposeSpec({ services: { default: { image: TEST_IMAGE } } });
      const refused = await provider.up(spec, { runId: "account", name: "elsewhere" }).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(ClusterUnavailableError);
      expect(refused).toMatchObject({
        message: expect.stringContaining("cannot create resource"),
        hint: expect.stringContaining("docs/cluster-owners.md"),
      });
    });
  },
);
