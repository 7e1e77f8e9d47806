import { parseComposeSpec } from "@mlebench/sandbox-compose";
import { describe, expect, it } from "vitest";
import { sandboxName } from "../life/labels.js";
import { createK8sProvider } from "../provider.js";
import { clusterTestProblem, TEST_IMAGE } from "../test-support/cluster.js";
import { eventually, openFaultCluster } from "../test-support/fault-cluster.js";
import { peersOf, podName, startOrder } from "./topology.js";

const problem = clusterTestProblem();

describe("services of a sandbox", () => {
  it("start after what they depend on, and the main one as late as that allows", () => {
    const image = "a";
    const { services } = parseComposeSpec({
      services: {
        default: { image, depends_on: ["judge"] },
        after: { image, depends_on: ["default"] },
        free: { image },
        judge: { image, depends_on: ["store"] },
        store: { image },
      },
    });
    expect(startOrder({ services }, "default")).toEqual(["store", "judge", "free", "default", "after"]);
  });

  it("know by name and alias those that share a network with them", () => {
    const image = "a";
    const spec = parseComposeSpec({
      services: {
        default: { image, networks: ["inside"] },
        proxy: { image, networks: { inside: { aliases: ["gate"] }, outside: { aliases: ["secret"] } } },
        other: { image, networks: ["outside"] },
        alone: { image, network_mode: "none" },
      },
      networks: { inside: { internal: true }, outside: {} },
    });
    expect([...peersOf(spec, "default")]).toEqual([["proxy", ["proxy", "gate"]]]);
    expect([...peersOf(spec, "alone")]).toEqual([]);
  });

  it("have pods whose names are valid and differ", () => {
    expect(podName("mle-a", "default", "default")).toBe("mle-a");
    expect(podName("mle-a", "judge", "default")).toBe("mle-a-judge");
    const names = ["my_judge", "my.judge", "My-Judge", "x_"].map((service) => podName("mle-a", service, "default"));
    expect(new Set(names).size).toBe(4);
    for (const name of names) expect(name).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
  });

  it("have pods whose names fit into DNS, however long theirs are", () => {
    const sandbox = sandboxName("a-very-long-name-of-a-competition");
    const names = ["x", "y"].map((end) =>
      podName(sandbox, `a-service-with-a-name-that-nobody-can-read-${end}`, "main"),
    );
    expect(new Set(names).size).toBe(2);
    for (const name of names) expect(name).toMatch(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/);
  });
});

const LISTEN =
  "use IO::Socket; $s = IO::Socket::INET->new(LocalPort => 9000, Listen => 5) or die; while ($c = $s->accept) { print $c $ARGV[0]; close $c }";
const ASK = 'use IO::Socket; $s = IO::Socket::INET->new("$ARGV[0]:9000") or die "$@"; print <$s>';

describe.skipIf(problem !== undefined)(`services on a cluster${problem === undefined ? "" : ` (${problem})`}`, () => {
  it("reach each other by plain name, those before as well as those after them, without a cluster's DNS", async () => {
    await using provider = createK8sProvider({ imagePullPolicy: "Never", allowUnenforcedNetworkPolicy: true });
    const listen = (word: string) => ({ image: TEST_IMAGE, entrypoint: ["perl", "-e", LISTEN, word] });
    const spec = parseComposeSpec({
      services: {
        default: { ...listen("main"), depends_on: { judge: { condition: "service_healthy" } } },
        judge: {
          ...listen("judge"),
          user: "nobody",
          networks: { default: { aliases: ["umpire"] } },
          healthcheck: { test: ["CMD", "perl", "-e", ASK, "localhost"], interval: "1s" },
        },
        later_one: {
          image: TEST_IMAGE,
          depends_on: ["default", "judge"],
          entrypoint: ["sh", "-c", `perl -e '${ASK}' umpire && perl -e '${ASK}' default`],
        },
        asker: {
          image: TEST_IMAGE,
          entrypoint: ["sh", "-c", `until perl -e '${ASK}' default 2>/dev/null; do sleep 0.2; done`],
        },
      },
    });
    const sandbox = await provider.up(spec, { runId: "services", name: "services" });
    for (const name of ["judge", "umpire"]) {
      expect((await sandbox.exec(["perl", "-e", ASK, name])).stdout).toBe("judge");
    }
    expect((await sandbox.exec(["sh", "-c", "getent hosts later_one | wc -l"])).stdout.trim()).toBe("1");
    const unknown = await sandbox.exec(["getent", "hosts", "nobody-knows"]);
    expect(unknown.exitCode).toBe(2);
  });

  it("that end before they are healthy stop the start, with their last words", async () => {
    await using provider = createK8sProvider({ imagePullPolicy: "Never", allowUnenforcedNetworkPolicy: true });
    const spec = parseComposeSpec({
      services: {
        default: { image: TEST_IMAGE, depends_on: { judge: { condition: "service_completed_successfully" } } },
        judge: { image: TEST_IMAGE, entrypoint: ["sh", "-c", "echo no rules; exit 3"] },
      },
    });
    await expect(provider.up(spec, { runId: "services", name: "services" })).rejects.toThrow(
      /judge.*exit code 3.*no rules/s,
    );
    expect((await provider.cleanup({ runId: "services" })).removed).toEqual([]);
  });

  it("are known to the cluster's DNS by headless Services, which go with their pods", async () => {
    await using cluster = await openFaultCluster();
    const { core, namespace } = cluster;
    await using provider = createK8sProvider({
      namespace,
      imagePullPolicy: "Never",
      allowUnenforcedNetworkPolicy: true,
    });
    const idle = { image: TEST_IMAGE, entrypoint: ["sleep", "3600"] };
    const spec = parseComposeSpec({
      services: { default: idle, judge: { ...idle, expose: [9000] }, alone: { ...idle, network_mode: "none" } },
    });
    const headless = async () => (await core.listNamespacedService({ namespace })).items;
    const disposed = await provider.up(spec, { runId: "headless", name: "headless" });
    const name = `${disposed.id}-judge`;
    const uid = (await cluster.pod(name))?.metadata?.uid;
    const [judge, ...others] = await headless();
    expect(others).toEqual([]);
    expect(judge).toMatchObject({
      metadata: { name, ownerReferences: [{ kind: "Pod", name, uid }] },
      spec: { type: "ClusterIP", clusterIP: "None", publishNotReadyAddresses: true },
    });
    expect(judge?.spec?.ports).toBeUndefined();
    const labelSelector = Object.entries(judge?.spec?.selector ?? {})
      .map((pair) => pair.join("="))
      .join(",");
    const selected = await core.listNamespacedPod({ namespace, labelSelector });
    expect(selected.items.map(({ metadata }) => metadata?.name)).toEqual([name]);
    await disposed[Symbol.asyncDispose]();
    await eventually(async () => (await headless()).length === 0);

    const left = await provider.up(spec, { runId: "headless", name: "headless", keep: true });
    await left[Symbol.asyncDispose]();
    expect(await headless()).toHaveLength(1);
    expect((await provider.cleanup({ runId: "headless" })).failed).toEqual([]);
    await eventually(async () => (await headless()).length === 0);
  });

  it("get their dollars as they were written", async () => {
    await using provider = createK8sProvider({ imagePullPolicy: "Never", allowUnenforcedNetworkPolicy: true });
    const spec = parseComposeSpec({
      services: {
        default: {
          image: TEST_IMAGE,
          user: "nobody",
          environment: { PRICE: "$$5 $(HOME)" },
          entrypoint: ["sh", "-c", "id -un >/tmp/who; echo '$$ $(HOME) '\"$0\" >>/tmp/who; exec sleep 3600", "a  b"],
        },
      },
    });
    const sandbox = await provider.up(spec, { runId: "services", name: "dollars" });
    expect((await sandbox.exec(["sh", "-c", 'cat /tmp/who; echo "$PRICE"'])).stdout).toBe(
      "nobody\n$$ $(HOME) a  b\n$$5 $(HOME)\n",
    );
  });
});
