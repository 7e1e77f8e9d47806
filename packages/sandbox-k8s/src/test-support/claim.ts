import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";

/** A PersistentVolumeClaim whose volume is a folder of this machine, which is the node of the test cluster. */
export interface TestClaim extends AsyncDisposable {
  readonly name: string;
  readonly directory: string;
}

export async function testClaim(namespace = "default"): Promise<TestClaim> {
  const config = new KubeConfig();
  config.loadFromDefault();
  const core = config.makeApiClient(CoreV1Api);
  const directory = await mkdtemp(join(tmpdir(), "k8s-claim-"));
  await chmod(directory, 0o755);
  const name = `test-${directory
    .slice(-6)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, "x")}-${process.pid}`;
  const capacity = { storage: "1Gi" };
  await core.createPersistentVolume({
    body: {
      metadata: { name },
      spec: {
        capacity,
        accessModes: ["ReadWriteMany"],
        hostPath: { path: directory },
        storageClassName: "",
        claimRef: { namespace, name },
      },
    },
  });
  await core.createNamespacedPersistentVolumeClaim({
    namespace,
    body: {
      metadata: { name },
      spec: {
        accessModes: ["ReadWriteMany"],
        resources: { requests: capacity },
        storageClassName: "",
        volumeName: name,
      },
    },
  });
  return {
    name,
    directory,
    async [Symbol.asyncDispose]() {
      await core.deleteNamespacedPersistentVolumeClaim({ name, namespace });
      await core.deletePersistentVolume({ name });
      await rm(directory, { recursive: true });
    },
  };
}
