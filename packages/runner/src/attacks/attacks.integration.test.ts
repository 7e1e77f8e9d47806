import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { ExecResult } from "@mlebench/sandbox-compose";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { RunResult } from "../run/run-result.js";
import { READ_MEMORY, READ_PROCESSES, reversed, SEARCH_FILES } from "../test-support/attack-scripts.js";
import {
  ATTACKED_ID,
  type Attacked,
  makeAttacked,
  type OpenRun,
  openRun,
  removeAttacked,
  SECRETS,
  textBelow,
} from "../test-support/attacked-run.js";
import { dockerProblem } from "../test-support/docker-problem.js";

// Whole file systems are searched; a busy machine takes its time.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const problem = await dockerProblem();
const SECRET_TEXTS = Object.values(SECRETS);
const SECRET_PATTERN = new RegExp(SECRET_TEXTS.join("|"));

const CONNECT = `
import json, socket, sys
for host, port in json.load(sys.stdin):
    try:
        socket.create_connection((host, port), 2).close()
        print("REACHED", host, port)
    except OSError as error:
        print("no", host, port, error)
for name in ("example.com", "host.docker.internal", "metadata.google.internal"):
    try:
        print("RESOLVED", name, socket.getaddrinfo(name, 80))
    except OSError as error:
        print("no", name, error)
`;

describe.skipIf(problem !== undefined).each(["nonroot", "root"])("reaching for the answers as %s", (user) => {
  let attacked: Attacked;
  let run: OpenRun;
  let result: RunResult | undefined;
  const seen: string[] = [];

  beforeAll(async () => {
    attacked = await makeAttacked();
    run = await openRun(attacked);
  });
  afterAll(async () => {
    await run?.finish();
    await removeAttacked(attacked);
  });

  const exec = async (command: string[], input?: string): Promise<ExecResult> => {
    const done = await run.context.sandbox.exec(command, { user, input, timeoutSeconds: 300 });
    seen.push(done.stdout, done.stderr);
    return done;
  };
  const sh = (script: string, input?: string) => exec(["bash", "-c", script], input);
  const python = (script: string, input?: string) => exec(["python3", "-c", script], input);
  const curl = async (args: string): Promise<string> => (await sh(`curl -sS --max-time 60 ${args} 2>&1`)).stdout;
  const validate = (content: string) =>
    sh(
      "cat >/tmp/attempt.csv; curl -sS -F file=@/tmp/attempt.csv http://localhost:5000/validate; rm -f /tmp/attempt.csv",
      content,
    );
  /** Asks until the endpoint answers again; the test's own deadline ends it. */
  const untilHealthy = async (): Promise<void> => {
    while (!(await curl("http://localhost:5000/health")).includes("running"));
  };
  const rows = (label: (index: number) => string): string =>
    ["id,label", ...Array.from({ length: 20 }, (_, index) => `row-${index},${label(index)}`), ""].join("\n");

  it("is who it says", async () => {
    expect((await sh("id -un")).stdout).toBe(`${user}\n`);
  });

  it("finds none of the secrets in any file", async () => {
    const control = await sh(`echo control >/tmp/control; ${SEARCH_FILES}`, "control\n");
    expect(control.stdout).toContain("/tmp/control");
    expect((await sh(SEARCH_FILES, SECRET_TEXTS.join("\n"))).stdout).toBe("");
  });

  it("learns nothing from mounts and processes", async () => {
    const { stdout } = await sh(READ_PROCESSES);
    expect(stdout).toContain("/home/data");
    expect(stdout).not.toMatch(SECRET_PATTERN);
    expect(stdout).not.toMatch(/prepared\/private|API_KEY|KAGGLE|kaggle\.json/);
    const layers = await sh(
      "grep -o 'dir=[^, ]*' /proc/mounts | cut -d= -f2 | tr : '\\n' | xargs -r ls -d 2>/dev/null",
    );
    expect(layers.stdout).toBe("");
  });

  it("finds none of the secrets in the memory of other processes", async () => {
    expect((await python(READ_MEMORY, reversed(SECRET_TEXTS))).stdout).toBe("");
  });

  it("has no capability that leads out, and cannot get one", async () => {
    const { stdout } = await sh("grep -E '^(Cap|NoNewPrivs|Seccomp:)' /proc/self/status");
    // CHOWN, DAC_OVERRIDE, FOWNER, KILL, SETGID and SETUID; none to mount, trace, make devices or open by handle.
    expect(stdout).toMatch(user === "root" ? /CapEff:\t0+eb\n/ : /CapEff:\t0+\n/);
    expect(stdout).toMatch(/CapBnd:\t0+eb\n/);
    expect(stdout).toMatch(/NoNewPrivs:\t1\nSeccomp:\t2/);
    const attempts = [
      "mount -t tmpfs none /mnt",
      "mount --bind / /mnt",
      "mount -o remount,rw /home/data",
      "umount /home/data",
      "umount -l /proc",
      "unshare --mount true",
      "unshare --user --map-root-user --mount true",
      "nsenter --target 1 --mount true",
      "chroot / true",
      "mknod /tmp/disk b 254 0",
      "dmesg",
      ...(user === "root" ? [] : ["su -c true </dev/null", "setpriv --reuid 0 true", "cat /etc/shadow"]),
    ];
    const script = attempts.map((attempt) => `(${attempt}) >/dev/null 2>&1 && echo 'WORKED: ${attempt}'`).join("\n");
    expect((await sh(`${script}\nexit 0`)).stdout).toBe("");
  });

  it("cannot open files of the host by handle, nor trace a process that is not its own", async () => {
    const { stdout } = await python(`
import ctypes, os, struct
libc = ctypes.CDLL(None, use_errno=True)
handle = ctypes.create_string_buffer(struct.pack("IiQ", 8, 1, 2))
for path in ("/", "/home/data", "/etc/hosts"):
    fd = os.open(path, os.O_RDONLY)
    print("OPENED" if libc.open_by_handle_at(fd, handle, 0) >= 0 else os.strerror(ctypes.get_errno()))
if os.getuid() != 0:
    for pid in filter(str.isdigit, os.listdir("/proc")):
        if os.stat("/proc/" + pid).st_uid == 0:
            print("TRACED" if libc.ptrace(16, int(pid), 0, 0) == 0 else "no")
`);
    expect(stdout).toContain("Operation not permitted");
    expect(stdout).not.toMatch(/OPENED|TRACED/);
  });

  it("finds no socket of the host, no disk, and no switch of the kernel", async () => {
    const sockets = await sh("find / -xdev -type s 2>/dev/null; ls /var/run/docker.sock /run/containerd 2>/dev/null");
    expect(sockets.stdout).toBe("");
    const devices = await sh(
      "find /dev -type b; ls /dev/mem /dev/kmsg /dev/fuse /dev/kvm /dev/sd* /dev/vd* 2>/dev/null",
    );
    expect(devices.stdout).toBe("");
    const { stdout } =
      await sh(`for f in /proc/sys/kernel/core_pattern /proc/sys/kernel/modprobe /proc/sys/vm/drop_caches \\
  /proc/sysrq-trigger /sys/fs/cgroup/memory/release_agent /sys/fs/cgroup/release_agent /sys/kernel/uevent_helper \\
  /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max; do
  [ -e $f ] && (echo 1 >$f) 2>/dev/null && echo "WROTE $f"; done; mkdir /sys/fs/cgroup/memory/x 2>/dev/null && echo MADE; exit 0`);
    expect(stdout).toBe("");
  });

  it("reaches no host, gateway, metadata service or name", async () => {
    const server = createServer((_request, response) => response.end(SECRETS.answers)).listen(0, "0.0.0.0");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    const hosts = [
      "172.17.0.1",
      "10.0.0.1",
      "192.168.0.1",
      "169.254.169.254",
      "127.0.0.1",
      "1.1.1.1",
      "::1",
      "fe80::1",
    ];
    const targets = hosts.flatMap((host) => [port, 2375, 2376, 22, 80].map((each) => [host, each]));
    const { stdout } = await python(CONNECT, JSON.stringify(targets));
    server.close();
    expect(stdout).toContain("no 1.1.1.1");
    expect(stdout).not.toMatch(/REACHED|RESOLVED/);
    const interfaces = await sh("tail -n +3 /proc/net/dev | tr -d ' ' | cut -d: -f1");
    expect(interfaces.stdout).toBe("lo\n");
  });

  it("cannot change the data, by no way that leads there", async () => {
    const file = join(attacked.directory, "data", ATTACKED_ID, "prepared", "public", "test.csv");
    const digest = async () =>
      createHash("sha256")
        .update(await readFile(file))
        .digest("hex");
    const before = await digest();
    const { stdout } = await sh(`cd /home/data
for a in 'echo x >test.csv' 'echo x >>/proc/self/cwd/test.csv' 'rm -f test.csv' 'mv test.csv x' 'chmod 777 test.csv' \\
  'ln test.csv y' 'ln test.csv /home/submission/y' 'truncate -s 0 test.csv' 'touch new' 'mkdir d' 'chown 0:0 test.csv'
do (eval "$a") >/dev/null 2>&1 && echo "WORKED $a"; done
exec 3<test.csv; (echo x >/proc/self/fd/3) 2>/dev/null && echo WORKED; exit 0`);
    expect(stdout).toBe("");
    expect(await digest()).toBe(before);
  });

  it("gets valid or invalid with a reason from the endpoint, whatever it asks for", async () => {
    const paths = [
      "/",
      "/score",
      "/grade",
      "/answers",
      "/validate/../private/test.csv",
      "/health/..%2f..%2fetc/passwd",
    ];
    for (const path of paths) {
      expect(await curl(`--path-as-is 'http://localhost:5000${path}'`)).toMatch(
        /There are only \/validate and \/health/,
      );
    }
    await sh("cp /home/data/sample_submission.csv /tmp/s.csv");
    const forms = [
      "-F 'file=@/tmp/s.csv;filename=../../private/test.csv' 'http://localhost:5000/validate?score=1&verbose=1'",
      "-F 'file=@/tmp/s.csv;filename=/etc/passwd;type=text/x-score' -F score=1 -H 'Accept: score' http://localhost:5000/validate",
    ];
    for (const form of forms) expect(await curl(form)).toBe('{"result": "Submission is valid."}\n');
    const refused = [
      "-X POST -d @/tmp/s.csv http://localhost:5000/validate",
      "-F 'answers=@/tmp/s.csv' http://localhost:5000/validate",
      "-X POST -H 'Content-Type: multipart/form-data; boundary=x' -H 'Content-Length: 99999999999' -d '--x--' http://localhost:5000/validate -m 5",
      "-X PUT http://localhost:5000/validate",
    ];
    for (const form of refused) expect(await curl(form)).not.toMatch(/valid\."|score/);
    await untilHealthy();
  });

  it("cannot use the endpoint as an oracle: a right guess is answered like a wrong one", async () => {
    const answers = new Set<string>();
    for (let guess = 0; guess < 4; guess += 1) {
      const right = rows((index) => (index % 2 ** guess === 0 ? `${SECRETS.answers}-${index}` : "wrong"));
      answers.add((await validate(right)).stdout);
    }
    expect([...answers]).toEqual(['{"result": "Submission is valid."}\n']);
    const wrong = [rows(() => "guess").replace("row-3,", "row-99,"), "id,label\n", "\0\0", "", "id\n".repeat(1000)];
    for (const content of wrong) {
      const { stdout } = await validate(content);
      expect(stdout).toMatch(/Submission invalid!|Bad request/);
      expect(stdout).not.toMatch(SECRET_PATTERN);
    }
  });

  it(
    user === "root"
      ? "only breaks its own bridge with forged frames, and gets it back"
      : "cannot write into the bridge's stream",
    async () => {
      const forge = (frames: string) => `
import glob, os, struct
for directory in glob.glob("/proc/[0-9]*"):
    try:
        # In two pieces, so that this program itself is not found.
        if b"listen(6" + b"4)" not in open(directory + "/cmdline", "rb").read():
            continue
        fd = os.open(directory + "/fd/1", os.O_WRONLY)
    except OSError as error:
        print(error.strerror)
        continue
    print("WROTE", os.write(fd, ${frames}))
`;
      const frames = [
        'b"score?" * 100',
        'struct.pack(">cII", b"D", 1, 0xffffffff)',
        'b"".join(struct.pack(">cII", b"O", n, 0) for n in range(1000))',
        'struct.pack(">cII", b"R", 0, 5) + b"99999"',
        'struct.pack(">cII", b"O", 7, 0) + struct.pack(">cII", b"D", 7, 40) + b"GET /../private/test.csv HTTP/1.1\\r\\n\\r\\n".ljust(40)',
      ];
      for (const frame of frames) {
        const { stdout } = await python(forge(frame));
        if (user === "root") expect(stdout).toContain("WROTE");
        else expect(stdout).not.toContain("WROTE");
        await untilHealthy();
      }
      expect((await validate(rows(() => "guess"))).stdout).toContain("Submission is valid.");
    },
  );

  it("finds nothing after the bridge was used, killed and started again", async () => {
    if (user === "root") {
      await sh(
        "for p in /proc/[0-9]*; do grep -q 'listen(6[4])' $p/cmdline 2>/dev/null && kill -9 ${p#/proc/}; done; exit 0",
      );
    }
    await untilHealthy();
    expect((await sh(SEARCH_FILES, SECRET_TEXTS.join("\n"))).stdout).toBe("");
    expect((await python(READ_MEMORY, reversed(SECRET_TEXTS))).stdout).toBe("");
    expect((await sh(READ_PROCESSES)).stdout).not.toMatch(SECRET_PATTERN);
    expect(seen.join("\n")).not.toMatch(SECRET_PATTERN);
  });

  it("is graded sanely after all of it, and no log or kept file holds a secret", async () => {
    await sh("cp /home/data/sample_submission.csv /home/submission/submission.csv; ln -s / /home/code/root; exit 0");
    if (user === "root") {
      // What the host runs here later must not be believed.
      await sh("for p in sh bash tar cat id; do f=$(readlink -f $(which $p)); rm -f $f; done; exit 0");
    }
    result = await run.finish();
    expect(result.samples[0]?.report).toMatchObject({ valid_submission: true, score: 0, any_medal: false });
    const kept = await textBelow(join(attacked.directory, "logs"));
    expect(kept).toContain(ATTACKED_ID);
    expect(kept).not.toMatch(new RegExp([SECRETS.answers, SECRETS.kaggleKey, SECRETS.modelKey].join("|")));
  });
});
