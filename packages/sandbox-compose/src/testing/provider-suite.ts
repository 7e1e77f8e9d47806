import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ComposeSpec } from "../compose/spec.js";
import {
  OutputLimitError,
  SandboxError,
  SandboxFileError,
  SandboxUnavailableError,
  UnsupportedUserError,
} from "../errors.js";
import type { ExecStream, Sandbox, SandboxProvider } from "../provider.js";

/** The functions of a test framework, such as vitest's. */
export interface TestFramework {
  describe(name: string, body: () => void): void;
  it(name: string, body: () => Promise<void>, timeoutMilliseconds?: number): void;
  beforeAll(body: () => Promise<void>, timeoutMilliseconds?: number): void;
  afterAll(body: () => Promise<void>, timeoutMilliseconds?: number): void;
}

export interface ProviderSuiteOptions {
  readonly framework: TestFramework;
  /** A spec whose main service has /bin/sh and coreutils. */
  readonly spec: ComposeSpec;
  /** An unprivileged user of the image other than the default one, where the provider can switch users. */
  readonly otherUser?: string;
  /** Of one test. @default 60 */
  readonly timeoutSeconds?: number;
}

/** One thing that every provider must do. */
export interface ProviderCase {
  readonly name: string;
  run(context: ProviderCaseContext): Promise<void>;
}

export interface ProviderCaseContext {
  readonly provider: SandboxProvider;
  /** One sandbox for all cases that do not need their own. */
  readonly sandbox: Sandbox;
  readonly spec: ComposeSpec;
  readonly otherUser: string | undefined;
  /** A folder on the host that is removed afterwards. */
  readonly hostDirectory: string;
  /** A folder in the sandbox that is new for every case. */
  readonly directory: string;
}

/** Registers all {@link providerCases} for one provider with a test framework. */
export function providerSuite(name: string, makeProvider: () => SandboxProvider, options: ProviderSuiteOptions): void {
  const { describe, it, beforeAll, afterAll } = options.framework;
  const milliseconds = (options.timeoutSeconds ?? 60) * 1000;
  describe(`${name} as a sandbox provider`, () => {
    let provider: SandboxProvider;
    let sandbox: Sandbox;
    let hostDirectory: string;
    beforeAll(async () => {
      provider = makeProvider();
      hostDirectory = await mkdtemp(join(tmpdir(), "provider-suite-"));
      sandbox = await provider.up(options.spec, {
        runId: newRunId(),
        name: "provider-suite",
        onProgress: () => undefined,
      });
    }, milliseconds * 2);
    afterAll(async () => {
      await provider?.[Symbol.asyncDispose]();
      await rm(hostDirectory, { recursive: true, force: true });
    }, milliseconds);
    for (const { name: title, run } of providerCases()) {
      it(
        title,
        async () => {
          const directory = `${sandbox.paths.home}/suite-${randomBytes(6).toString("hex")}`;
          const made = await sandbox.exec(["mkdir", "-p", directory]);
          assert.equal(made.exitCode, 0, made.stderr);
          await run({ provider, sandbox, spec: options.spec, otherUser: options.otherUser, hostDirectory, directory });
        },
        milliseconds,
      );
    }
  });
}

/** What every provider must do, for whatever runs tests. Each case fails by throwing. */
export function providerCases(): readonly ProviderCase[] {
  return [...EXEC_CASES, ...TREE_CASES, ...STREAM_CASES, ...FILE_CASES, ...COPY_CASES, ...LIFE_CASES];
}

const EXEC_CASES: readonly ProviderCase[] = [
  {
    name: "gives exit code, stdout and stderr apart, and a failing command is a result",
    async run({ sandbox }) {
      const result = await sandbox.exec(sh("echo out; echo err >&2; exit 3"));
      assert.equal(result.exitCode, 3);
      assert.equal(result.stdout, "out\n");
      assert.equal(result.stderr, "err\n");
      assert.equal(result.timedOut, false);
      assert.deepEqual(result.truncated, { stdout: false, stderr: false });
      assert.ok(result.durationSeconds > 0);
    },
  },
  {
    name: "passes arguments as they are, without a shell",
    async run({ sandbox }) {
      const odd = ["a b", "$HOME", "'", '"', "*", "", "-n", "ü\n"];
      const result = await sandbox.exec(["printf", "<%s>", ...odd]);
      assert.equal(result.stdout, odd.map((word) => `<${word}>`).join(""));
    },
  },
  {
    name: "never takes a program's name for a word of a shell",
    async run({ sandbox }) {
      assert.equal((await sandbox.exec(["exit", "0"])).exitCode, 127);
    },
  },
  {
    name: "feeds input and closes it; without input there is none",
    async run({ sandbox }) {
      const binary = randomBytes(300_000);
      const counted = await sandbox.exec(["wc", "-c"], { input: binary });
      assert.equal(counted.stdout.trim(), "300000");
      assert.equal((await sandbox.exec(["cat"])).stdout, "");
      assert.equal((await sandbox.exec(["true"], { input: binary })).exitCode, 0);
    },
  },
  {
    name: "runs in the working directory asked for, with the environment asked for",
    async run({ sandbox, directory }) {
      await sandbox.exec(["mkdir", "-p", `${directory}/inner`]);
      const result = await sandbox.exec(sh('pwd -P; printf %s "$SUITE"'), {
        cwd: `${directory}/inner`,
        env: { SUITE: "a=b c" },
      });
      assert.match(result.stdout, /\/inner\na=b c$/);
      assert.equal((await sandbox.exec(["pwd"], { cwd: `${directory}/missing` })).exitCode, 126);
    },
  },
  {
    name: "says 127 for a program that does not exist and 128 + n for a signal",
    async run({ sandbox }) {
      assert.equal((await sandbox.exec(["no-such-program"])).exitCode, 127);
      assert.equal((await sandbox.exec(sh("kill -KILL $$"))).exitCode, 137);
      assert.equal((await sandbox.exec(sh("kill -TERM $$"))).exitCode, 143);
    },
  },
  {
    name: "runs as another user, or refuses by name",
    async run({ sandbox, otherUser }) {
      if (sandbox.capabilities.users && otherUser !== undefined) {
        assert.equal((await sandbox.exec(["id", "-un"], { user: otherUser })).stdout, `${otherUser}\n`);
      }
      await assert.rejects(
        sandbox.exec(["true"], { user: "no-such-user" }),
        (error) => error instanceof UnsupportedUserError,
      );
    },
  },
  {
    name: "keeps the tail of a long output, or the head, and says so",
    async run({ sandbox }) {
      const many = sh("i=0; while [ $i -lt 3000 ]; do echo line $i; i=$((i+1)); done");
      const tail = await sandbox.exec(many, { maxOutputBytes: 50 });
      assert.ok(tail.truncated.stdout && !tail.truncated.stderr);
      assert.ok(tail.stdout.endsWith("line 2999\n") && tail.stdout.length === 50, tail.stdout);
      const head = await sandbox.exec(many, { maxOutputBytes: 50, keepOutput: "head" });
      assert.ok(head.stdout.startsWith("line 0\nline 1\n") && head.stdout.length === 50, head.stdout);
      assert.equal(head.exitCode, 0);
    },
  },
  {
    name: "replaces what is not UTF-8 and cuts between characters",
    async run({ sandbox }) {
      const broken = await sandbox.exec(["printf", "a\\377b"]);
      assert.equal(broken.stdout, "a\uFFFDb");
      const cut = await sandbox.exec(["printf", "\u20ac\u20ac\u20ac"], { maxOutputBytes: 7 });
      assert.equal(cut.stdout, "\u20ac\u20ac");
    },
  },
  {
    name: "runs many commands at once and mixes nothing up",
    async run({ sandbox }) {
      const results = await Promise.all(
        Array.from({ length: 12 }, (_, index) => sandbox.exec(sh(`sleep 0.1; echo ${index}; exit ${index}`))),
      );
      assert.deepEqual(
        results.map((result) => [result.exitCode, result.stdout]),
        results.map((_, index) => [index, `${index}\n`]),
      );
    },
  },
];

const TREE_CASES: readonly ProviderCase[] = [
  {
    name: "ends a command at its timeout with all that it started, and keeps its output",
    async run({ sandbox, directory }) {
      const beat = `while :; do date +%s%N; sleep 0.05; done`;
      const result = await sandbox.exec(
        sh(
          `cd ${directory}; echo part; (${beat}) >child & nohup sh -c '${beat}' >nohup 2>&1 & command -v setsid >/dev/null && { setsid sh -c '${beat}' >session & env -i setsid sh -c 'PATH=/usr/bin:/bin; (${beat}) >orphan &' & }; sleep 600`,
        ),
        { timeoutSeconds: 1 },
      );
      assert.ok(result.timedOut);
      assert.equal(result.exitCode, 124);
      assert.equal(result.stdout, "part\n");
      assert.ok(result.durationSeconds < 5, `took ${result.durationSeconds} s`);
      await assertStill(sandbox, directory);
    },
  },
  {
    name: "gives TERM five seconds, then kills",
    async run({ sandbox, directory }) {
      const result = await sandbox.exec(
        sh(`cd ${directory}; trap 'echo told' TERM; while :; do date +%s%N >beat; sleep 0.05; done`),
        {
          timeoutSeconds: 0.5,
        },
      );
      assert.ok(result.timedOut);
      assert.match(result.stdout, /^told\n/);
      assert.ok(result.durationSeconds > 5 && result.durationSeconds < 15, `took ${result.durationSeconds} s`);
      await assertStill(sandbox, directory);
    },
  },
  {
    name: "returns when the command ends though a daemon holds its output, and lets the daemon live",
    async run({ sandbox, directory }) {
      const result = await sandbox.exec(
        sh(`cd ${directory}; nohup sh -c 'while :; do date +%s%N >beat; sleep 0.05; done' & echo started`),
        { timeoutSeconds: 30 },
      );
      assert.equal(result.exitCode, 0);
      assert.match(result.stdout, /started/);
      assert.ok(result.durationSeconds < 1.5, `took ${result.durationSeconds} s`);
      const timedOut = await sandbox.exec(["sleep", "60"], { timeoutSeconds: 0.2 });
      assert.ok(timedOut.timedOut);
      const before = await text(sandbox, `${directory}/beat`);
      await sleep(500);
      assert.notEqual(
        await text(sandbox, `${directory}/beat`),
        before,
        "the daemon of an earlier command must live on",
      );
    },
  },
  {
    name: "kills on abort and rejects with the reason",
    async run({ sandbox, directory }) {
      const controller = new AbortController();
      const reason = new Error("enough");
      setTimeout(() => controller.abort(reason), 300);
      const running = sandbox.exec(
        sh(`cd ${directory}; trap '' TERM; while :; do date +%s%N >beat; sleep 0.05; done`),
        {
          signal: controller.signal,
        },
      );
      await assert.rejects(running, (error) => error === reason);
      await assertStill(sandbox, directory);
      await assert.rejects(sandbox.exec(["true"], { signal: controller.signal }), (error) => error === reason);
    },
  },
];

const STREAM_CASES: readonly ProviderCase[] = [
  {
    name: "hands out streams that talk both ways while the command runs",
    async run({ sandbox }) {
      const stream = await sandbox.stream(sh('while read -r line; do echo "got $line"; done; echo bye >&2; exit 4'));
      const lines = lineReader(stream);
      stream.stdin.write("one\n");
      assert.equal(await lines(), "got one");
      stream.stdin.write("two\n");
      assert.equal(await lines(), "got two");
      stream.stdin.end();
      assert.equal((await stream.exit).exitCode, 4);
    },
  },
  {
    name: "carries megabytes both ways unharmed",
    async run({ sandbox }) {
      const sent = randomBytes(3 * 2 ** 20);
      const stream = await sandbox.stream(["cat"]);
      stream.stderr.resume();
      stream.stdin.end(sent);
      const chunks: Buffer[] = [];
      for await (const chunk of stream.stdout) chunks.push(chunk as Buffer);
      assert.ok(Buffer.concat(chunks).equals(sent));
      assert.equal((await stream.exit).exitCode, 0);
    },
  },
  {
    name: "kills a stream's command and what it started",
    async run({ sandbox, directory }) {
      const stream = await sandbox.stream(
        sh(
          `cd ${directory}; nohup sh -c 'while :; do date +%s%N >beat; sleep 0.05; done' >/dev/null 2>&1 & echo up; sleep 600`,
        ),
      );
      stream.stderr.resume();
      assert.equal(await lineReader(stream)(), "up");
      await stream.kill();
      assert.ok((await stream.exit).exitCode > 128);
      await assertStill(sandbox, directory);
    },
  },
];

const FILE_CASES: readonly ProviderCase[] = [
  {
    name: "writes and reads any bytes, makes parent folders, sets the mode",
    async run({ sandbox, directory }) {
      const bytes = randomBytes(100_000);
      const path = `${directory}/deep/er/file with space`;
      await sandbox.writeFile(path, bytes, { mode: 0o755 });
      assert.ok(Buffer.from(await sandbox.readFile(path)).equals(bytes));
      const listed = await sandbox.exec(["ls", "-l", path]);
      assert.match(listed.stdout, /^-rwxr-xr-x/);
      await sandbox.writeFile(path, "shorter");
      assert.equal(await text(sandbox, path), "shorter");
    },
  },
  {
    name: "replaces a link instead of writing through it",
    async run({ sandbox, directory }) {
      await sandbox.exec(sh(`cd ${directory}; echo precious >target; ln -s target link`));
      await sandbox.writeFile(`${directory}/link`, "new");
      assert.equal(await text(sandbox, `${directory}/target`), "precious\n");
      assert.equal(await text(sandbox, `${directory}/link`), "new");
    },
  },
  {
    name: "streams a large file in without holding it",
    async run({ sandbox, directory }) {
      const chunk = randomBytes(2 ** 20);
      async function* chunks(): AsyncIterable<Uint8Array> {
        for (let index = 0; index < 24; index += 1) yield chunk;
      }
      await sandbox.writeFile(`${directory}/large`, chunks());
      assert.equal(
        (await sandbox.exec(["wc", "-c", `${directory}/large`])).stdout.trim().split(" ")[0],
        String(24 * 2 ** 20),
      );
    },
  },
  {
    name: "says what is wrong with a file",
    async run({ sandbox, directory }) {
      await sandbox.exec(sh(`cd ${directory}; mkfifo pipe; head -c 5000 /dev/zero >long`));
      assert.equal(await problemOf(sandbox.readFile(`${directory}/none`)), "not-found");
      assert.equal(await problemOf(sandbox.readFile(directory)), "directory");
      assert.equal(await problemOf(sandbox.readFile(`${directory}/pipe`)), "not-a-file");
      assert.equal(await problemOf(sandbox.writeFile(directory, "x")), "directory");
      await assert.rejects(
        sandbox.readFile(`${directory}/long`, { maxBytes: 4999 }),
        (error) => error instanceof OutputLimitError,
      );
      assert.equal((await sandbox.readFile(`${directory}/long`, { maxBytes: 5000 })).length, 5000);
    },
  },
];

const COPY_CASES: readonly ProviderCase[] = [
  {
    name: "copies a file and a folder out",
    async run({ sandbox, directory, hostDirectory }) {
      await sandbox.exec(
        sh(
          `cd ${directory}; mkdir -p code/sub; echo a >code/a; printf '#!/bin/sh' >code/sub/run; chmod 755 code/sub/run; chmod 4777 code/a`,
        ),
      );
      const file = await sandbox.copyOut(`${directory}/code/a`, join(hostDirectory, "copied-file"));
      assert.deepEqual(file, { kind: "file", files: 1, bytes: 2, skipped: [], truncated: false });
      assert.equal(await readFile(join(hostDirectory, "copied-file"), "utf8"), "a\n");
      const folder = await sandbox.copyOut(`${directory}/code`, join(hostDirectory, "copied-folder"));
      assert.deepEqual([folder.kind, folder.files, folder.bytes], ["directory", 2, 11]);
      const { mode } = await stat(join(hostDirectory, "copied-folder/sub/run"));
      assert.equal(mode & 0o7777 & ~0o022, 0o755);
      assert.equal((await stat(join(hostDirectory, "copied-folder/a"))).mode & 0o6000, 0);
    },
  },
  {
    name: "never copies through a link: refused as a path, skipped and listed in a folder",
    async run({ sandbox, directory, hostDirectory }) {
      await sandbox.exec(
        sh(
          `cd ${directory}; mkdir real code; echo secret >real/file; ln -s ${directory}/real/file link; ln -s real parent; cd code; ln -s /etc/passwd up; ln -s ../real folder; mkfifo pipe; echo ok >ok`,
        ),
      );
      assert.equal(await problemOf(sandbox.copyOut(`${directory}/link`, join(hostDirectory, "refused"))), "link");
      assert.equal(
        await problemOf(sandbox.copyOut(`${directory}/parent/file`, join(hostDirectory, "refused"))),
        "link",
      );
      assert.equal(await problemOf(sandbox.copyOut(`${directory}/none`, join(hostDirectory, "refused"))), "not-found");
      assert.equal(
        await problemOf(sandbox.copyOut(`${directory}/code/pipe`, join(hostDirectory, "refused"))),
        "not-a-file",
      );
      const copy = await sandbox.copyOut(`${directory}/code`, join(hostDirectory, "with-links"));
      assert.equal(copy.files, 1);
      assert.deepEqual(
        copy.skipped
          .filter(({ reason }) => reason === "link")
          .map(({ path }) => path)
          .sort(),
        ["folder", "up"],
      );
      await assert.rejects(stat(join(hostDirectory, "refused")));
      await assert.rejects(stat(join(hostDirectory, "with-links/up")));
    },
  },
  {
    name: "holds to its limits and leaves nothing half done",
    async run({ sandbox, directory, hostDirectory }) {
      await sandbox.exec(
        sh(
          `cd ${directory}; mkdir big; cd big; for i in 1 2 3 4 5; do head -c 1000 /dev/zero >$i; done; truncate -s 1T sparse 2>/dev/null || true`,
        ),
      );
      const to = join(hostDirectory, "limited");
      await assert.rejects(
        sandbox.copyOut(`${directory}/big`, to, { maxBytes: 4500 }),
        (error) => error instanceof OutputLimitError,
      );
      await assert.rejects(
        sandbox.copyOut(`${directory}/big`, to, { maxFiles: 3 }),
        (error) => error instanceof OutputLimitError,
      );
      await assert.rejects(stat(to));
      const part = await sandbox.copyOut(`${directory}/big`, to, { maxBytes: 2500, onLimit: "stop" });
      assert.ok(part.truncated && part.bytes <= 2500 && part.files === 2, JSON.stringify(part));
      await assert.rejects(sandbox.copyOut(`${directory}/big`, to), (error) => SandboxError.is(error));
    },
  },
];

const LIFE_CASES: readonly ProviderCase[] = [
  {
    name: "is gone after disposal, which may happen twice, and says so",
    async run({ provider, spec }) {
      const own = await provider.up(spec, { runId: newRunId(), name: "disposed", onProgress: () => undefined });
      assert.match(own.connection(), /\S/);
      const running = own.exec(["sleep", "600"]);
      const rejected = assert.rejects(running, (error) => error instanceof SandboxUnavailableError);
      await sleep(200);
      await own[Symbol.asyncDispose]();
      await own[Symbol.asyncDispose]();
      await rejected;
      await assert.rejects(
        own.exec(["true"]),
        (error) => error instanceof SandboxUnavailableError && error.reason === "disposed",
      );
    },
  },
  {
    name: "gives every sandbox its own files",
    async run({ provider, sandbox, spec }) {
      await using own = await provider.up(spec, { runId: newRunId(), name: "apart", onProgress: () => undefined });
      await own.writeFile(`${own.paths.home}/mine`, "x");
      assert.notEqual(own.id, sandbox.id);
      assert.equal(await problemOf(sandbox.readFile(`${sandbox.paths.home}/mine`)), "not-found");
    },
  },
  {
    name: "leaves living sandboxes alone when it cleans up, and removes a run's when named",
    async run({ provider, sandbox, spec }) {
      const runId = newRunId();
      const own = await provider.up(spec, { runId, name: "leftover", onProgress: () => undefined });
      const general = await provider.cleanup();
      assert.ok(general.left.some((one) => one.runId === runId && one.reason === "owner-alive"));
      assert.ok(!general.removed.some((one) => one.runId === runId));
      const named = await provider.cleanup({ runId });
      assert.ok(named.removed.length > 0 && named.failed.length === 0);
      assert.ok(named.removed.every((one) => one.runId === runId));
      assert.equal((await sandbox.exec(["true"])).exitCode, 0);
      await own[Symbol.asyncDispose]();
    },
  },
  {
    name: "leaves nothing of a start that was aborted",
    async run({ provider, spec }) {
      const runId = newRunId();
      for (const delay of [0, 30, 150]) {
        const signal = AbortSignal.timeout(delay);
        await provider
          .up(spec, { runId, name: "aborted", signal, onProgress: () => undefined })
          .then((sandbox) => sandbox[Symbol.asyncDispose]())
          .catch((error: unknown) => assert.ok(signal.aborted, String(error)));
      }
      assert.deepEqual((await provider.cleanup({ runId })).removed, []);
    },
  },
];

function sh(script: string): string[] {
  return ["sh", "-c", script];
}

function newRunId(): string {
  return `suite-${randomBytes(6).toString("hex")}`;
}

async function text(sandbox: Sandbox, path: string): Promise<string> {
  return Buffer.from(await sandbox.readFile(path)).toString("utf8");
}

async function problemOf(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof SandboxFileError) return error.problem;
    throw error;
  }
  return "none";
}

/** Nothing in the folder changes any more: whatever wrote there is dead. */
async function assertStill(sandbox: Sandbox, directory: string): Promise<void> {
  const sum = () => sandbox.exec(sh(`cd ${directory}; for f in *; do echo "$f"; cat "$f"; done | cksum`));
  const before = await sum();
  await sleep(400);
  assert.equal((await sum()).stdout, before.stdout, "a process is still writing");
}

function lineReader({ stdout }: ExecStream): () => Promise<string> {
  let held = "";
  const chunks = stdout[Symbol.asyncIterator]();
  return async () => {
    while (!held.includes("\n")) {
      const next = await chunks.next();
      if (next.done === true) throw new Error(`the output ended after ${JSON.stringify(held)}`);
      held += String(next.value);
    }
    const at = held.indexOf("\n");
    const line = held.slice(0, at);
    held = held.slice(at + 1);
    return line;
  };
}
