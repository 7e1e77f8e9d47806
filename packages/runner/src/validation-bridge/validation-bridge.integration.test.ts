import { execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ExecStream } from "@mlebench/sandbox-compose";
import { afterEach, describe, expect, it } from "vitest";
import { boundOf, WIDE_BOUND } from "../test-support/wide-bound.js";
import { NODE_BRIDGE, PYTHON_BRIDGE } from "./bridge-scripts.js";
import type { CallBudget } from "./call-budget.js";
import { validateScript } from "./validate-script.js";
import { type BridgeSandbox, startValidationBridge, type ValidationBridgeOptions } from "./validation-bridge.js";
import type { ValidationCall } from "./validation-server.js";

const run = promisify(execFile);
const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A "sandbox" of host processes in which only one interpreter is found. */
function processSandbox(only: "python3" | "node"): BridgeSandbox & { pids: number[] } {
  const pids: number[] = [];
  return {
    pids,
    async exec() {
      const { stdout } = await run("sh", ["-c", `command -v ${only}`]);
      return { exitCode: 0, stdout, stderr: "" };
    },
    async stream([program, ...args]): Promise<ExecStream> {
      const child = spawn(program!, args);
      pids.push(child.pid!);
      const exit = new Promise<{ exitCode: number }>((resolve) =>
        child.on("close", (exitCode) => resolve({ exitCode: exitCode ?? 137 })),
      );
      return {
        stdin: child.stdin,
        stdout: child.stdout,
        stderr: child.stderr,
        exit,
        kill: async () => {
          child.kill("SIGKILL");
          await exit;
        },
      };
    },
  };
}

const ANY = { bound: WIDE_BOUND, validate: async () => ({ valid: true }) as const };

async function bridge(only: "python3" | "node", options: Partial<ValidationBridgeOptions> = {}) {
  const calls: ValidationCall[] = [];
  const sandbox = processSandbox(only);
  const troubles: string[] = [];
  const started = await startValidationBridge(sandbox, {
    port: 0,
    bound: WIDE_BOUND,
    validate: async (path) => {
      const text = await readFile(path, "utf8");
      if (text.startsWith("crash")) throw new Error(`secret of the host at ${path}`);
      return text.startsWith("id,") ? { valid: true } : { valid: false, reason: "Column id is missing." };
    },
    onCall: (call) => calls.push(call),
    onTrouble: (message) => troubles.push(message),
    ...options,
  });
  cleanUps.push(async () => started[Symbol.asyncDispose]());
  return { ...started, calls, sandbox, troubles };
}

async function post(url: string, content: string | Uint8Array<ArrayBuffer>, field = "file"): Promise<Response> {
  const form = new FormData();
  form.append(field, new Blob([content.slice()]), "submission.csv");
  return fetch(`${url}/validate`, { method: "POST", body: form });
}

describe.each(["python3", "node"] as const)("the endpoint through %s", (only) => {
  it("answers valid, and invalid with the reason, as JSON with a line end", async () => {
    const { url, calls } = await bridge(only);
    const valid = await post(url, "id,x\n1,2\n");
    expect(valid.status).toBe(200);
    expect(await valid.text()).toBe('{"result": "Submission is valid."}\n');
    expect(await (await post(url, "nonsense")).json()).toEqual({
      result: "Submission invalid! Column id is missing.",
    });
    expect(calls.map(({ outcome, bytes }) => [outcome, bytes])).toEqual([
      ["valid", 9],
      ["invalid", 8],
    ]);
  });

  it("answers health, and other paths and methods without looking at anything", async () => {
    const { url, calls } = await bridge(only);
    const health = await fetch(`${url}/health`);
    expect([health.status, await health.text()]).toEqual([200, '{"status": "running"}\n']);
    expect((await fetch(`${url}/score`)).status).toBe(404);
    expect((await fetch(`${url}/validate`)).status).toBe(405);
    expect((await fetch(`${url}/validate`, { method: "POST", body: "x" })).status).toBe(400);
    expect((await post(url, "id,", "upload")).status).toBe(400);
    expect(calls.filter(({ outcome }) => outcome !== "error")).toEqual([]);
  });

  it("keeps the host's own trouble out of the sandbox", async () => {
    const { url, calls } = await bridge(only);
    const response = await post(url, "crash");
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("secret");
    expect(calls[0]).toMatchObject({ outcome: "error" });
  });

  it("carries a large file whole, and several at once one after the other", async () => {
    const { url, calls } = await bridge(only);
    const large = Buffer.alloc(20_000_000, "id,x\n");
    const answers = await Promise.all([post(url, large), post(url, large), post(url, large), post(url, "id,")]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(calls.map(({ bytes }) => bytes).sort((a, b) => a - b)).toEqual([3, 20_000_000, 20_000_000, 20_000_000]);
  });

  it("refuses more than the size limit", async () => {
    const { url, calls } = await bridge(only, { bound: boundOf(1000) });
    const response = await post(url, Buffer.alloc(2_000_000, "id,x\n"));
    expect(response.status).toBe(413);
    expect(await response.text()).toMatch(/"result": "Submission invalid! .*at most 1000 are read/);
    expect(calls[0]?.outcome).toBe("invalid");
    expect((await post(url, "id,x\n")).status).toBe(200);
  });

  it("comes back on the same port after it was killed", async () => {
    const { url, sandbox, troubles } = await bridge(only);
    process.kill(sandbox.pids[0]!, "SIGKILL");
    await expect.poll(() => troubles.length, { timeout: 10_000 }).toBe(1);
    expect((await post(url, "id,x\n")).status).toBe(200);
  });
});

it("does not hang when the bridge speaks another protocol", async () => {
  const sandbox = processSandbox("node");
  const liar: BridgeSandbox = {
    exec: sandbox.exec,
    stream: () =>
      sandbox.stream(["node", "-e", 'process.stdout.write("HTTP/1.1 200 OK"); setInterval(() => {}, 1000)']),
  };
  await expect(startValidationBridge(liar, { ...ANY, port: 0 })).rejects.toThrow(/unknown frame kind/);
});

it("says so when there is no interpreter", async () => {
  const sandbox: BridgeSandbox = {
    exec: async () => ({ exitCode: 127, stdout: "", stderr: "" }),
    stream: async () => {
      throw new Error("not reached");
    },
  };
  await expect(startValidationBridge(sandbox, { ...ANY, port: 0 })).rejects.toThrow(/neither python3 nor node/);
});

it("has nothing of the host in what is sent into the sandbox", () => {
  for (const script of [PYTHON_BRIDGE, NODE_BRIDGE])
    expect(script).not.toMatch(/private|answer|score|grade|competition/i);
});

describe("validate_submission.sh", () => {
  async function script(url: string): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), "validate-script-"));
    cleanUps.push(() => rm(directory, { recursive: true }));
    await writeFile(join(directory, "validate_submission.sh"), validateScript(url), { mode: 0o755 });
    await writeFile(join(directory, "my file.csv"), "id,x\n1,2\n");
    return directory;
  }

  it("prints the answer, a usage line without argument, and a message for a missing file", async () => {
    const { url } = await bridge("node");
    const directory = await script(url);
    const program = join(directory, "validate_submission.sh");
    expect((await run(program, [join(directory, "my file.csv")])).stdout).toBe('{"result": "Submission is valid."}\n');
    await expect(run(program, [])).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining("Usage") });
    await expect(run(program, ["none.csv"])).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining("not found"),
    });
  });

  it.each(["curl", "node", "python3"])(
    "prints with %s why a call is one too many, also of a large file",
    async (only) => {
      const refusal = { reason: "Wait 7 s, then call again.", waitSeconds: 7 };
      const { url, calls } = await bridge("node", { budget: { take: () => refusal } as unknown as CallBudget });
      const directory = await script(url);
      await writeFile(join(directory, "my file.csv"), Buffer.alloc(5_000_000, "id,x\n"));
      // Whatever else goes by its name may need what is not in the path.
      const find = only === "python3" ? ["python3", "-c", "import sys; print(sys.executable)"] : ["which", only];
      const { stdout: where } = await run(find[0]!, find.slice(1));
      await writeFile(join(directory, only), `#!/bin/sh\nexec ${where.trim()} "$@"\n`, { mode: 0o755 });
      const program = join(directory, "validate_submission.sh");
      const { stdout } = await run("/bin/sh", [program, join(directory, "my file.csv")], { env: { PATH: directory } });
      expect(JSON.parse(stdout)).toEqual({
        error: "Too many validation calls.",
        details: "Wait 7 s, then call again.",
      });
      expect(calls).toEqual([{ outcome: "refused", bytes: 0, seconds: 0 }]);
    },
  );

  it.each(["node", "python3"])("works with %s where curl is missing", async (only) => {
    const { url } = await bridge("node");
    const directory = await script(url);
    const { stdout: where } = await run("python3", ["-c", "import sys; print(sys.executable)"]);
    const real = only === "node" ? process.execPath : where.trim();
    await writeFile(join(directory, only), `#!/bin/sh\nexec ${real} "$@"\n`, { mode: 0o755 });
    const { stdout } = await run(
      "/bin/sh",
      [join(directory, "validate_submission.sh"), join(directory, "my file.csv")],
      {
        env: { PATH: directory },
      },
    );
    expect(stdout).toBe('{"result": "Submission is valid."}\n');
  });
});
