import { parseComposeSpec, type ServiceInput, type ServiceSpec } from "@mlebench/sandbox-compose";
import { describe, expect, it } from "vitest";
import { type K8sProviderOptions, readSettings } from "../options.js";
import { podManifest } from "./manifest.js";
import { unsupported } from "./unsupported.js";

function serviceOf(written: ServiceInput): ServiceSpec {
  return parseComposeSpec({ services: { default: { image: "train:1", ...written } } }).services["default"]!;
}

function podOf(written: ServiceInput, options: K8sProviderOptions & { main?: boolean; isolated?: boolean } = {}) {
  const { main = true, isolated = false, ...own } = options;
  const pod = podManifest(serviceOf(written), {
    name: "mle-a",
    service: "default",
    main,
    isolated,
    hostAliases: [],
    metadata: { labels: { owned: "1" }, annotations: { owner: "me" } },
    settings: readSettings({ env: {}, ...own }),
  });
  return { pod, spec: pod.spec!, container: pod.spec!.containers[0]! };
}

const container = (written: ServiceInput, options: K8sProviderOptions = {}) => podOf(written, options).container;

describe("the pod of a service", () => {
  it("has nothing of the cluster in it and ends with its first process", () => {
    const { spec } = podOf({});
    expect(spec).toMatchObject({
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      restartPolicy: "Never",
      shareProcessNamespace: true,
    });
    expect(podOf({ init: false, restart: "no" }).spec.shareProcessNamespace).toBe(false);
  });

  it("takes its image, and when to pull it from the service, else from the options, else from the environment", () => {
    expect(container({}).image).toBe("train:1");
    expect(container({}).imagePullPolicy).toBeUndefined();
    expect(container({}, { env: { MLEBENCH_K8S_IMAGE_PULL_POLICY: "Never" } }).imagePullPolicy).toBe("Never");
    expect(container({ pull_policy: "always" }, { imagePullPolicy: "Never" }).imagePullPolicy).toBe("Always");
    expect(container({ pull_policy: "missing" }).imagePullPolicy).toBe("IfNotPresent");
    expect(container({ pull_policy: "if_not_present" }).imagePullPolicy).toBe("IfNotPresent");
    expect(container({ pull_policy: "never" }).imagePullPolicy).toBe("Never");
  });

  it("leaves the image's entrypoint to a command, and replaces both by an entrypoint", () => {
    expect(container({ command: "serve --fast" })).toMatchObject({ args: ["serve", "--fast"] });
    expect(container({ command: "serve" }).command).toBeUndefined();
    expect(container({ entrypoint: ["serve"], command: ["--fast"] }).command).toEqual(["serve", "--fast"]);
    expect(container({ entrypoint: ["serve"] }).args).toBeUndefined();
  });

  it("idles when it is the main service and nothing is said, and leaves other services to their image", () => {
    expect(container({}).command?.join(" ")).toContain("sleep 3600");
    expect(podOf({}, { main: false }).container).not.toHaveProperty("command");
  });

  it("keeps dollars as they are written, which Kubernetes would replace or halve", () => {
    const made = container({ entrypoint: ["echo", "$(A) $$ $B"], environment: { X: "$(A)$$" } });
    expect(made.command).toEqual(["echo", "$$(A) $$$$ $$B"]);
    expect(made.env).toEqual([{ name: "X", value: "$$(A)$$$$" }]);
    expect(container({ healthcheck: { test: "test $$ -gt 1" } }).startupProbe?.exec?.command?.[2]).toBe(
      "test $$$$ -gt 1",
    );
  });

  it("starts what it knows as root who becomes the user, and the image's own command as a uid", () => {
    const known = container({ user: "nobody:staff", entrypoint: ["serve"] });
    expect(known.securityContext?.runAsUser).toBe(0);
    expect(known.command?.slice(0, 2)).toEqual(["/bin/sh", "-c"]);
    expect(known.command?.[2]).toContain("user='nobody:staff'");
    const image = container({ user: "1000:100", command: "serve" });
    expect(image.securityContext).toMatchObject({ runAsUser: 1000, runAsGroup: 100 });
    expect(podOf({ user: "1000" }, { main: false }).container.securityContext).toMatchObject({ runAsUser: 1000 });
    expect(podOf({ group_add: ["44", 107] }).spec.securityContext?.supplementalGroups).toEqual([44, 107]);
  });

  it("takes working directory, host name, input and terminal", () => {
    expect(container({ working_dir: "/home", stdin_open: true, tty: true })).toMatchObject({
      workingDir: "/home",
      stdin: true,
      tty: true,
    });
    expect(podOf({ hostname: "judge" }).spec.hostname).toBe("judge");
    expect(podOf({}).spec.hostname).toBe("default");
  });

  it("waits for a healthcheck by a startup probe that forgives failures within the start period", () => {
    const check = { test: ["CMD", "ready", "now"], interval: "5s", timeout: "500ms", retries: 4, start_period: "12s" };
    expect(container({ healthcheck: check }).startupProbe).toEqual({
      exec: { command: ["ready", "now"] },
      periodSeconds: 5,
      timeoutSeconds: 1,
      failureThreshold: 4 + 3,
    });
    expect(container({ healthcheck: { test: "ready || exit 1" } }).startupProbe).toEqual({
      exec: { command: ["/bin/sh", "-c", "ready || exit 1"] },
      periodSeconds: 30,
      timeoutSeconds: 30,
      failureThreshold: 3,
    });
    for (const none of [{ disable: true }, { test: ["NONE"] }]) {
      expect(container({ healthcheck: none }).startupProbe).toBeUndefined();
    }
  });

  it("sets limits and requests from either form, and none that nobody asked for", () => {
    expect(container({}).resources).toEqual({ limits: {}, requests: {} });
    expect(
      container({ cpus: 1.5, mem_limit: "2gb", mem_reservation: "1gb", storage_opt: { size: "5g" } }).resources,
    ).toEqual({
      limits: { cpu: "1500m", memory: String(2 * 2 ** 30), "ephemeral-storage": String(5 * 2 ** 30) },
      requests: { memory: String(2 ** 30) },
    });
    const deploy = {
      resources: { limits: { cpus: "0.5", memory: "64m" }, reservations: { cpus: 0.25, memory: "32m" } },
    };
    expect(container({ deploy }).resources).toEqual({
      limits: { cpu: "500m", memory: String(2 ** 26) },
      requests: { cpu: "250m", memory: String(2 ** 25) },
    });
  });

  it("turns devices into the resource of their driver, which may be another one", () => {
    const limits = (devices: readonly unknown[], gpuResources = {}) =>
      container({ deploy: { resources: { reservations: { devices } } } }, { gpuResources }).resources?.limits;
    expect(limits([{ driver: "nvidia", count: 2 }])).toEqual({ "nvidia.com/gpu": "2" });
    expect(limits([{ capabilities: ["gpu"] }])).toEqual({ "nvidia.com/gpu": "1" });
    expect(limits([{ driver: "amd", count: "all" }])).toEqual({ "amd.com/gpu": "1" });
    expect(limits([{ device_ids: ["0", "3"] }, { count: 1 }])).toEqual({ "nvidia.com/gpu": "3" });
    expect(limits([{ driver: "nvidia", count: 1 }], { nvidia: "nvidia.com/mig-1g.5gb" })).toEqual({
      "nvidia.com/mig-1g.5gb": "1",
    });
  });

  it("keeps /dev/shm and tmpfs in memory, with the sizes of the spec", () => {
    const { spec, container: made } = podOf({
      mem_limit: "1g",
      tmpfs: ["/run", "/scratch:size=64m,ro"],
      volumes: [{ type: "tmpfs", target: "/cache", tmpfs: { size: "1m" } }],
    });
    const memory = (sizeLimit?: number) => ({
      emptyDir: { medium: "Memory", ...(sizeLimit === undefined ? {} : { sizeLimit: String(sizeLimit) }) },
    });
    expect(spec.volumes).toEqual([
      { name: "v0", ...memory(2 ** 29) },
      { name: "v1", ...memory() },
      { name: "v2", ...memory(2 ** 26) },
      { name: "v3", ...memory(2 ** 20) },
    ]);
    expect(made.volumeMounts).toEqual([
      { name: "v0", mountPath: "/dev/shm" },
      { name: "v1", mountPath: "/run", readOnly: false },
      { name: "v2", mountPath: "/scratch", readOnly: true },
      { name: "v3", mountPath: "/cache", readOnly: false },
    ]);
    expect(podOf({ shm_size: "2g" }).spec.volumes?.[0]).toMatchObject(memory(2 ** 31));
  });

  it("mounts a bind from the node, from a claim read-only, or an empty folder to copy into", () => {
    const written = { volumes: ["/data/a/public:/home/data"] };
    expect(podOf(written, { data: "hostPath" }).spec.volumes?.[1]).toEqual({
      name: "v1",
      hostPath: { path: "/data/a/public" },
    });
    expect(podOf(written, { data: "hostPath" }).container.volumeMounts?.[1]?.readOnly).toBe(true);
    expect(podOf(written).spec.volumes?.[1]).toEqual({ name: "v1", emptyDir: {} });
    const claimed = podOf(written, { data: { claim: "competitions", root: "/data" } });
    expect(claimed.spec.volumes?.[1]).toEqual({
      name: "v1",
      persistentVolumeClaim: { claimName: "competitions", readOnly: true },
    });
    expect(claimed.container.volumeMounts?.[1]).toEqual({
      name: "v1",
      mountPath: "/home/data",
      readOnly: true,
      subPath: "a/public",
    });
  });

  it("gives mounts of one named volume the same folder", () => {
    const spec = parseComposeSpec({
      services: { default: { image: "train:1", volumes: ["work:/a", "work:/b:ro", "/c"] } },
      volumes: { work: {} },
    });
    const written = { volumes: spec.services["default"]!.volumes };
    const pod = podManifest(
      { image: "train:1", ...written },
      {
        name: "p",
        service: "default",
        main: true,
        isolated: true,
        hostAliases: [],
        metadata: { labels: {}, annotations: {} },
        settings: readSettings({ env: {} }),
      },
    );
    expect(pod.spec?.containers[0]?.volumeMounts?.slice(1)).toEqual([
      { name: "v1", mountPath: "/a", readOnly: false },
      { name: "v1", mountPath: "/b", readOnly: true },
      { name: "v2", mountPath: "/c", readOnly: false },
    ]);
  });

  it("drops all capabilities but those for changing users, and takes the spec's instead", () => {
    expect(container({}).securityContext).toMatchObject({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: false,
      capabilities: { drop: ["ALL"], add: ["CHOWN", "DAC_OVERRIDE", "FOWNER", "KILL", "SETGID", "SETUID"] },
    });
    expect(container({}).securityContext?.privileged).toBeUndefined();
    expect(
      container({ cap_drop: ["NET_RAW"], cap_add: ["CAP_SYS_PTRACE"], read_only: true }).securityContext,
    ).toMatchObject({
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["NET_RAW"], add: ["SYS_PTRACE"] },
    });
    expect(container({ cap_drop: ["ALL"] }).securityContext?.capabilities?.add).toEqual([]);
    expect(container({ cap_add: ["SYS_PTRACE"] }).securityContext?.capabilities).toMatchObject({
      add: ["CHOWN", "DAC_OVERRIDE", "FOWNER", "KILL", "SETGID", "SETUID", "SYS_PTRACE"],
    });
  });

  it.each([
    ["nothing", undefined],
    ["an empty list", []],
    ["another option", ["no-new-privileges:true"]],
  ])("always asks for the runtime's list of system calls: %s in security_opt", (_what, options) => {
    const { spec, container: main } = podOf({ security_opt: options });
    expect(spec.securityContext?.seccompProfile).toEqual({ type: "RuntimeDefault" });
    expect(main.securityContext?.seccompProfile).toBeUndefined();
  });

  it("maps security options, system settings and the runtime", () => {
    const free = podOf({ security_opt: ["seccomp=unconfined", "apparmor:unconfined", "no-new-privileges:false"] });
    expect(free.spec.securityContext).toMatchObject({
      seccompProfile: { type: "Unconfined" },
      appArmorProfile: { type: "Unconfined" },
    });
    expect(free.container.securityContext?.allowPrivilegeEscalation).toBe(true);
    expect(container({ security_opt: ["no-new-privileges"] }).securityContext?.allowPrivilegeEscalation).toBe(false);
    expect(podOf({ sysctls: { "net.ipv4.ip_unprivileged_port_start": 0 } }).spec.securityContext?.sysctls).toEqual([
      { name: "net.ipv4.ip_unprivileged_port_start", value: "0" },
    ]);
    expect(podOf({ runtime: "gvisor" }, { runtimeClassName: "kata" }).spec.runtimeClassName).toBe("gvisor");
    expect(podOf({}, { env: { MLEBENCH_K8S_RUNTIME_CLASS: "kata" } }).spec.runtimeClassName).toBe("kata");
  });

  it("chooses nodes by platform and x-k8s, which also has tolerations, secrets, classes and labels", () => {
    const { spec, pod } = podOf({
      platform: "linux/arm64",
      labels: { "org.example/team": "a b" },
      "x-k8s": {
        node_selector: { pool: "gpu" },
        tolerations: [{ key: "gpu", operator: "Exists", effect: "NoSchedule" }],
        image_pull_secrets: ["registry"],
        runtime_class_name: "gvisor",
        priority_class_name: "low",
        labels: { team: "a", owned: "no" },
      },
    } as ServiceInput);
    expect(spec).toMatchObject({
      nodeSelector: { "kubernetes.io/os": "linux", "kubernetes.io/arch": "arm64", pool: "gpu" },
      tolerations: [{ key: "gpu", operator: "Exists", effect: "NoSchedule" }],
      imagePullSecrets: [{ name: "registry" }],
      runtimeClassName: "gvisor",
      priorityClassName: "low",
    });
    expect(pod.metadata?.labels).toEqual({ team: "a", owned: "1" });
    expect(pod.metadata?.annotations).toEqual({ "org.example/team": "a b", owner: "me" });
  });

  it("maps exposed ports, other hosts and how long it may take to stop", () => {
    const { spec, container: made } = podOf({
      expose: [80, "53/udp", "8000-8001"],
      extra_hosts: ["files:10.0.0.9", "six=[fd00::1]"],
      stop_grace_period: "1m30s",
    });
    expect(made.ports).toEqual([
      { containerPort: 80, protocol: "TCP" },
      { containerPort: 53, protocol: "UDP" },
      { containerPort: 8000, protocol: "TCP" },
      { containerPort: 8001, protocol: "TCP" },
    ]);
    expect(spec.hostAliases).toEqual([
      { ip: "10.0.0.9", hostnames: ["files"] },
      { ip: "fd00::1", hostnames: ["six"] },
    ]);
    expect(spec.terminationGracePeriodSeconds).toBe(90);
  });

  it("knows no name server where nothing leaves the sandbox", () => {
    expect(podOf({}, { isolated: true }).spec).toMatchObject({ dnsPolicy: "None" });
    expect(podOf({}).spec.dnsPolicy).toBeUndefined();
  });
});

describe("what a pod cannot do", () => {
  const judge = (written: ServiceInput, options: K8sProviderOptions = {}) =>
    unsupported({ services: { default: serviceOf(written) } }, readSettings({ env: {}, ...options }), "default");

  it("is nothing of an ordinary service", () => {
    expect(judge({ command: "serve", labels: { a: "b" }, expose: ["80"], networks: {} })).toEqual({
      problems: [],
      warnings: [],
    });
  });

  it.each<[string, ServiceInput]>([
    ["ulimits", { ulimits: { nofile: 1024 } }],
    ["stop_signal", { stop_signal: "SIGINT" }],
    ["mem_limit", { mem_limit: "5m" }],
    ["network_mode", { network_mode: "host" }],
    ["pull_policy", { pull_policy: "build" }],
    ["user", { user: "nobody", command: "serve" }],
    ["group_add", { group_add: ["video"] }],
    ["platform", { platform: "linux" }],
    ["security_opt", { security_opt: ["seccomp=./profile.json"] }],
    ["security_opt", { security_opt: ["label=disable"] }],
    ["healthcheck", { healthcheck: { interval: "1s" } }],
    ["extra_hosts", { extra_hosts: ["host.docker.internal:host-gateway"] }],
    ["expose", { expose: ["70000"] }],
    ["labels.a b", { labels: { "a b": "c" } }],
    ["tmpfs", { tmpfs: "/run:uid=7" }],
    ["volumes", { volumes: ["/data:/data:rw"] }],
    ["volumes", { volumes: [{ type: "bind", source: "/a", target: "/b", bind: { create_host_path: true } }] }],
    ["x-k8s.node_selectors", { "x-k8s": { node_selectors: {} } } as ServiceInput],
    [
      "deploy.resources.reservations.devices",
      { deploy: { resources: { reservations: { devices: [{ driver: "tpu" }] } } } },
    ],
    [
      "deploy.resources.reservations.devices",
      { deploy: { resources: { reservations: { devices: [{ count: 1, options: { virtualization: "1" } }] } } } },
    ],
  ])("stops the start and names %s", (place, written) => {
    const { problems } = judge(written);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(place.startsWith("x-k8s") ? "services.default.x-k8s" : `services.default.${place}`);
  });

  it.each<[string, ServiceInput]>([
    ["pids_limit", { pids_limit: 100 }],
    ["deploy.resources.limits.pids", { deploy: { resources: { limits: { pids: 5 } } } }],
    ["memswap_limit", { memswap_limit: "1g" }],
    ["logging", { logging: { driver: "json-file" } }],
    ["tmpfs: noexec", { tmpfs: ["/run:rw,noexec"] }],
    ["volumes: /t: tmpfs.mode", { volumes: [{ type: "tmpfs", target: "/t", tmpfs: { mode: 448 } }] }],
    ["devices: all", { deploy: { resources: { reservations: { devices: [{ count: "all" }] } } } }],
    ["devices: device_ids", { deploy: { resources: { reservations: { devices: [{ device_ids: ["0"] }] } } } }],
  ])("warns that %s has no effect", (place, written) => {
    const { problems, warnings } = judge(written);
    expect(problems).toEqual([]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(place);
  });

  it("includes what the compose spec itself refuses by name", () => {
    for (const key of ["privileged", "ports"]) {
      expect(() => serviceOf({ [key]: key === "ports" ? ["80:80"] : true } as ServiceInput)).toThrow(key);
    }
  });

  it("includes binds outside of the claim's root, and volumes and binds that several pods would need", () => {
    const data = { claim: "competitions", root: "/data/" };
    expect(judge({ volumes: ["/data/a:/a", "/database:/b"] }, { data }).problems).toEqual([
      "services.default.volumes: /database is not below /data/, the root of the claim competitions",
    ]);
    const spec = parseComposeSpec({
      services: {
        default: { image: "a", volumes: ["work:/w"] },
        judge: { image: "b", volumes: ["work:/w", "/x:/x", "own:/own"] },
      },
      volumes: { work: {}, own: {} },
    });
    expect(unsupported(spec, readSettings({ env: {} }), "default").problems).toEqual([
      "services.judge.volumes: /x: only default has data copied in; use a claim or hostPath",
      "volumes.work: cannot be shared by the pods of default and judge",
    ]);
  });
});
