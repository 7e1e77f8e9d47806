import { statSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDockerProvider } from "../docker/provider.js";
import { ComposeSpecError } from "../errors.js";
import { createLocalProvider } from "../local/provider.js";
import { checkHostAccess, hostAccess } from "./host-access.js";
import { mergeCompose } from "./merge.js";
import { parseComposeSpec } from "./parse.js";
import { thisHost } from "./sensitive-paths.js";
import type { ServiceInput } from "./spec.js";

const specOf = (service: ServiceInput, directory?: string) =>
  parseComposeSpec({ services: { default: { image: "a", ...service } } }, { directory });
const keysOf = (service: ServiceInput, directory?: string) =>
  hostAccess(specOf(service, directory)).map(({ key }) => key);

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "host-access-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe("refuses in a service", () => {
  it.each<[attack: string, service: ServiceInput, ...keys: string[]]>([
    ["the host's network", { network_mode: "host" }, "network_mode:host"],
    ["all capabilities", { cap_add: ["ALL"] }, "cap_add:ALL"],
    ["a capability in small letters with its prefix", { cap_add: ["cap_sys_admin"] }, "cap_add:SYS_ADMIN"],
    ["tracing of processes", { cap_add: ["SYS_PTRACE"] }, "cap_add:SYS_PTRACE"],
    ["kernel modules", { cap_add: ["SYS_MODULE"] }, "cap_add:SYS_MODULE"],
    ["reading every file by its handle", { cap_add: ["DAC_READ_SEARCH"] }, "cap_add:DAC_READ_SEARCH"],
    ["raw input and output", { cap_add: ["SYS_RAWIO"] }, "cap_add:SYS_RAWIO"],
    ["settings of the network", { cap_add: ["NET_ADMIN"] }, "cap_add:NET_ADMIN"],
    ["eBPF programs", { cap_add: ["BPF", "PERFMON"] }, "cap_add:BPF", "cap_add:PERFMON"],
    ["the kernel's log", { cap_add: ["SYSLOG"] }, "cap_add:SYSLOG"],
    ["device nodes", { cap_add: ["MKNOD"] }, "cap_add:MKNOD"],
    [
      "a capability that does not exist yet",
      { cap_add: ["CHECKPOINT_RESTORE", "NEW_ONE"] },
      "cap_add:CHECKPOINT_RESTORE",
      "cap_add:NEW_ONE",
    ],
    ["forged packets on a shared network", { cap_add: ["NET_RAW"], network_mode: "bridge" }, "cap_add:NET_RAW"],
    ["seccomp=unconfined", { security_opt: ["no-new-privileges", "seccomp=unconfined"] }, "security_opt:seccomp"],
    ["seccomp:unconfined", { security_opt: ["no-new-privileges", "seccomp:unconfined"] }, "security_opt:seccomp"],
    [
      "a seccomp profile of its own",
      { security_opt: ["no-new-privileges", "seccomp=/tmp/all.json"] },
      "security_opt:seccomp",
    ],
    [
      "a seccomp profile as text",
      { security_opt: ["no-new-privileges", 'seccomp={"defaultAction":"SCMP_ACT_ALLOW"}'] },
      "security_opt:seccomp",
    ],
    ["apparmor=unconfined", { security_opt: ["no-new-privileges", "apparmor=unconfined"] }, "security_opt:apparmor"],
    ["no-new-privileges:false", { security_opt: ["no-new-privileges:false"] }, "security_opt:no-new-privileges"],
    ["a list of options that drops no-new-privileges", { security_opt: [] }, "security_opt:no-new-privileges"],
    [
      "unmasked paths of the kernel",
      { security_opt: ["no-new-privileges", "systempaths=unconfined"] },
      "security_opt:systempaths",
    ],
    ["no SELinux label", { security_opt: ["no-new-privileges:true", "label:disable"] }, "security_opt:label"],
    [
      "SELinux's label of the engine",
      { security_opt: ["no-new-privileges:true", "label=type:spc_t"] },
      "security_opt:label",
    ],
    ["pids_limit -1", { pids_limit: -1 }, "pids_limit"],
    ["pids_limit 0", { pids_limit: 0 }, "pids_limit"],
    ["a pids limit that limits nothing", { pids_limit: 4_194_304 }, "pids_limit"],
    ["no limit of processes by deploy.resources", { deploy: { resources: { limits: { pids: -1 } } } }, "pids_limit"],
    ["mem_limit 0", { mem_limit: 0 }, "mem_limit"],
    ["memory 0 by deploy.resources", { deploy: { resources: { limits: { memory: "0b" } } } }, "mem_limit"],
    ["unlimited swap", { mem_limit: "1g", memswap_limit: -1 }, "memswap_limit"],
    [
      "logs sent to another host",
      { logging: { driver: "syslog", options: { "syslog-address": "tcp://198.51.100.1:1" } } },
      "logging:syslog",
    ],
    ["logs sent to a cloud", { logging: { driver: "awslogs" } }, "logging:awslogs"],
    ["Docker's group", { group_add: ["docker"] }, "group_add:docker"],
    ["root's group by its number", { group_add: [0] }, "group_add:0"],
    ["the group of disks", { group_add: ["disk"] }, "group_add:disk"],
    ["the host's address by its name", { extra_hosts: ["h:host-gateway"] }, "extra_hosts:host-gateway"],
    [
      "the cloud's metadata under another name",
      { extra_hosts: { m: "169.254.169.254" } },
      "extra_hosts:169.254.169.254",
    ],
    ["the metadata of IPv6", { extra_hosts: ["m=[fd00:ec2::254]"] }, "extra_hosts:[fd00:ec2::254]"],
    ["a runtime that nobody knows", { runtime: "evil" }, "runtime:evil"],
    ["a runtime with devices", { runtime: "nvidia" }, "runtime:nvidia"],
    ["a setting of the host's kernel", { sysctls: { "kernel.core_pattern": "|/x" } }, "sysctls:kernel.core_pattern"],
    ["a setting of the host's memory", { sysctls: ["vm.overcommit_memory=1"] }, "sysctls:vm.overcommit_memory"],
    [
      "a device that is no GPU",
      {
        deploy: { resources: { reservations: { devices: [{ driver: "cdi", device_ids: ["vendor.com/disk=sda"] }] } } },
      },
      "devices:cdi",
    ],
    [
      "GPUs that were not reserved",
      { environment: { NVIDIA_VISIBLE_DEVICES: "all" } },
      "environment:NVIDIA_VISIBLE_DEVICES",
    ],
    [
      "the label of another project",
      { labels: { "com.docker.compose.project": "other" } },
      "labels:com.docker.compose.project",
    ],
    [
      "a label that a job runner of the host obeys",
      { labels: { "ofelia.job-local.x.command": "id" } },
      "labels:ofelia.job-local.x.command",
    ],
    ["a build on the host's network", { build: { context: "/srv/x", network: "host" } }, "build.network:host"],
    [
      "a build on another container's network",
      { build: { context: "/srv/x", network: "container:db" } },
      "build.network:container:db",
    ],
    [
      "a build that takes the place of an image of ours",
      { image: "docker.io/library/mlebench-env:lean", build: { context: "/srv/x" } },
      "build.image:docker.io/library/mlebench-env:lean",
    ],
    ["a build context of all files", { build: "/" }, "build.context:/"],
    ["a build context of configuration", { build: { context: "/etc" } }, "build.context:/etc"],
  ])("%s", (_attack, service, ...keys) => {
    expect(keysOf(service)).toEqual(keys);
    expect(() => checkHostAccess(specOf(service))).toThrow(ComposeSpecError);
    expect(checkHostAccess(specOf(service), { allowHostAccess: keys }).map(({ key }) => key)).toEqual(keys);
  });
});

describe("refuses to bind", () => {
  it.each([
    ["the Docker socket", "/var/run/docker.sock"],
    ["a socket of an engine that is not there", "/srv/x/docker.sock"],
    ["containerd's socket", "/run/containerd/containerd.sock"],
    ["the folder of the Docker socket", "/var/run"],
    ["a folder above the Docker socket", "/run/../run/./"],
    ["all files", "/"],
    ["all files by a way round", "/srv/../../.."],
    ["the configuration", "/etc"],
    ["one file of the configuration", "/etc/shadow"],
    ["the kernel", "/boot"],
    ["the kernel's modules", "/lib/modules"],
    ["devices", "/dev"],
    ["one device", "/dev/sda"],
    ["processes", "/proc"],
    ["files by way of a process", "/proc/1/root"],
    ["kernel settings", "/sys"],
    ["cgroups", "/sys/fs/cgroup"],
    ["Docker's files", "/var/lib/docker"],
    ["a folder above Docker's files", "/var/lib"],
    ["all that varies", "/var"],
    ["keys of pods", "/var/lib/kubelet/pods"],
    ["jobs of cron", "/var/spool/cron/crontabs"],
    ["the host's logs", "/var/log"],
    ["homes of all", "/home"],
    ["another user's home", "/home/somebody"],
    ["root's home", "/root"],
    ["another user's SSH keys", "/home/somebody/.ssh"],
    ["keys of a cloud", "/home/somebody/.aws/credentials"],
    ["the key of a cluster", "/root/.kube/config"],
    ["Docker's logins", "~/.docker"],
    ["Kaggle's key", "~/.kaggle/kaggle.json"],
    ["settings of programs", "~/.config"],
    ["GnuPG", "~/.gnupg"],
    ["commands of the next login", "~/.bashrc"],
    ["this user's home", "~"],
    ["tokens in caches", "~/.cache/huggingface/token"],
    ["all caches", "~/.cache"],
    ["what all users share", "/tmp"],
  ])("%s", (_attack, source) => {
    for (const read_only of [true, false]) {
      const volumes = [{ type: "bind", source, target: "/x", read_only }];
      expect(hostAccess(specOf({ volumes }))).toMatchObject([{ place: "services.default.volumes[0]" }]);
    }
  });

  it.each([
    ["programs", "/usr/local/bin"],
    ["installed software", "/opt/x"],
    ["state of services", "/var/lib/postgresql"],
  ])("%s to be written", (_attack, source) => {
    expect(keysOf({ volumes: [`${source}:/x:rw`] })).toHaveLength(1);
    expect(keysOf({ volumes: [`${source}:/x`] })).toEqual([]);
  });

  it("a link to what is refused, by the path it leads to", async () => {
    await symlink("/etc", join(root, "link"));
    expect(keysOf({ volumes: ["./link:/x"] }, root)).toEqual(["volumes:/etc"]);
    const [found] = hostAccess(specOf({ volumes: ["./link:/x"] }, root));
    expect(found?.reason).toContain(`${join(root, "link")} leads to /etc`);
  });

  it("a path below a link in a parent folder, also where it does not exist yet", async () => {
    await mkdir(join(root, "deep"));
    await symlink("/", join(root, "deep", "up"));
    expect(keysOf({ volumes: ["./deep/up/etc/passwd:/x"] }, root)).toEqual(["volumes:/etc/passwd"]);
    expect(keysOf({ volumes: ["./deep/up/etc/no-such-file:/x"] }, root)).toEqual(["volumes:/etc/no-such-file"]);
    expect(keysOf({ volumes: [`.${"/..".repeat(20)}/etc:/x`] }, root)).toEqual(["volumes:/etc"]);
  });

  it("a socket of any name", async () => {
    const path = join(root, "harmless");
    const server = createServer();
    await new Promise<void>((done) => server.listen(path, done));
    try {
      expect(keysOf({ volumes: [`${path}:/x`] })).toEqual([`volumes:${path}`]);
      // Node takes the path after a socket for one, too, and looks no further.
      await symlink("/etc", join(root, "after"));
      statSync(path);
      expect(keysOf({ volumes: ["./after/ssl:/x"] }, root)).toEqual(["volumes:/etc/ssl"]);
    } finally {
      server.close();
    }
  });

  it("the socket that DOCKER_HOST names, and a folder that holds it", () => {
    const host = thisHost({ DOCKER_HOST: "unix:///srv/engine/api" });
    const found = hostAccess(specOf({ volumes: ["/srv/engine:/x"] }), { host });
    expect(found.map(({ key }) => key)).toEqual(["volumes:/srv/engine"]);
  });

  it("what compose overrides add", () => {
    const spec = mergeCompose(specOf({}), { services: { default: { volumes: ["/etc:/host:rw"] } } });
    expect(hostAccess(spec).map(({ key }) => key)).toEqual(["volumes:/etc"]);
  });

  it("what stands in a second service", () => {
    const spec = parseComposeSpec({
      services: { default: { image: "a" }, judge: { image: "b", volumes: ["/etc:/x"] } },
    });
    expect(hostAccess(spec).map(({ place }) => place)).toEqual(["services.judge.volumes[0]"]);
  });
});

describe("lets pass", () => {
  it.each<[what: string, service: ServiceInput]>([
    ["data below a home", { volumes: ["/home/somebody/data:/home/data", "~/data:/x:rw"] }],
    ["the default data directory", { volumes: ["~/.cache/mlebench/data/x/prepared/public:/home/data"] }],
    ["data in memory", { volumes: ["/dev/shm/data:/home/data"] }],
    ["folders in /tmp, /mnt and /data", { volumes: ["/tmp/x:/x:rw", "/mnt/disk:/y:rw", "/data:/z:rw"] }],
    ["a folder whose name begins as a refused one", { volumes: ["/etcetera:/x", "/home/somebody/data.ssh:/y"] }],
    ["capabilities that stay inside", { cap_drop: ["ALL"], cap_add: ["CHOWN", "CAP_SETUID", "NET_RAW"] }],
    ["what the provider sets itself", { security_opt: ["no-new-privileges:true"], pids_limit: 4096, runtime: "runsc" }],
    [
      "GPUs",
      {
        deploy: { resources: { reservations: { devices: [{ driver: "nvidia", count: "all" }] } } },
        runtime: "kata-qemu",
      },
    ],
    [
      "settings of its own network and queues",
      { sysctls: { "net.core.somaxconn": 1, "kernel.shmmax": 1, "fs.mqueue.msg_max": 1 } },
    ],
    ["root as the user", { user: "0:0" }],
    ["other hosts by name", { extra_hosts: ["a:10.0.0.7"], logging: { driver: "local" } }],
    ["swap within a limit", { mem_limit: "1g", memswap_limit: "2g" }],
  ])("%s", (_what, service) => {
    expect(keysOf(service)).toEqual([]);
  });

  it("a folder of the calling program, read-only and no other way", () => {
    const source = "/root/.own-data/public";
    const own = (volume: object) =>
      hostAccess(specOf({ volumes: [{ type: "bind", source, target: "/home/data", ...volume }] }), {
        own: { mounts: [source] },
      });
    expect(own({ read_only: true })).toEqual([]);
    expect(own({ read_only: false })).toHaveLength(1);
    expect(own({ read_only: true, bind: { selinux: "Z" } })).toHaveLength(1);
  });
});

it("lets pass a build section of the calling program as long as nothing of it was changed", () => {
  const build = { context: "/srv/image", dockerfile: "Dockerfile", network: "host", args: undefined };
  const found = (changes: object) =>
    hostAccess(specOf({ build: { ...build, ...changes } }), {
      own: { build: { ...build, context: "/srv/image/" } },
    }).map(({ key }) => key);
  expect(found({})).toEqual([]);
  expect(found({ args: { BASE_IMAGE: "evil" } })).toEqual(["build.network:host"]);
  expect(found({ context: "/srv/other" })).toEqual(["build.network:host"]);
});

it("names every place and the whole flag in one error", () => {
  const spec = specOf({ network_mode: "host", cap_add: ["ALL"], volumes: ["/etc:/x", "/home/a/.ssh/my key:/y"] });
  const refused = (allowHostAccess: readonly string[]) => {
    try {
      return checkHostAccess(spec, { allowHostAccess });
    } catch (error) {
      return error as ComposeSpecError;
    }
  };
  expect(refused(["cap_add:ALL"])).toMatchObject({
    code: "COMPOSE_SPEC_INVALID",
    problems: [
      expect.stringMatching(/^services\.default\.network_mode: opens the host: .* \(network_mode:host\)$/),
      expect.stringMatching(/^services\.default\.volumes\[0\]: opens the host: .* \(volumes:\/etc\)$/),
      expect.stringContaining("(volumes:/home/a/.ssh/my key)"),
    ],
    hint: expect.stringContaining(
      "--allow-host-access cap_add:ALL network_mode:host volumes:/etc 'volumes:/home/a/.ssh/my key'",
    ),
  });
});

describe("is refused before anything is started by", () => {
  it.each([
    ["docker", () => createDockerProvider({ socketPath: "/no/engine.sock" })],
    ["local", () => createLocalProvider({ directory: join(root, "local") })],
  ])("the provider %s", async (_name, create) => {
    await using provider = create();
    const spec = specOf({ volumes: ["/etc:/host:rw"] });
    await expect(provider.up(spec, { runId: "r", name: "n", onProgress: () => undefined })).rejects.toMatchObject({
      code: "COMPOSE_SPEC_INVALID",
      hint: expect.stringContaining("--allow-host-access volumes:/etc"),
    });
  });
});

it("knows this user's home by its name too", () => {
  expect(thisHost({}).homes.every((home) => home === homedir())).toBe(true);
});
