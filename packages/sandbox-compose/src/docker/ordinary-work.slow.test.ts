import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseComposeSpec } from "../compose/parse.js";
import type { Sandbox } from "../provider.js";
import { dockerTestProblem, PYTHON_IMAGE } from "../test-support/docker.js";
import { ORDINARY_WORK } from "../test-support/system-calls.js";
import { createDockerProvider, type DockerProvider } from "./provider.js";

const problem = await dockerTestProblem(PYTHON_IMAGE);

/** What system administration does in a container; as root. */
const ROOT_WORK: Readonly<Record<string, string>> = {
  "su to another user": "su nonroot -c 'test $(id -un) = nonroot'",
  useradd: "useradd --create-home somebody && test -d /home/somebody",
  "apt-get and dpkg": "apt-get --version >/dev/null && dpkg -l bash >/dev/null && dpkg --audit",
  ldconfig: "ldconfig",
  "git init, commit, clone and gc":
    "cd $(mktemp -d) && git init -q a && cd a && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m a && git gc -q && git clone -q . ../b",
  "tar and 7z": "cd $(mktemp -d) && echo a >a && tar cf a.tar a && tar xf a.tar && 7z a a.7z a >/dev/null",
  "joblib and scikit-learn":
    "cd $(mktemp -d) && python3 -c 'from sklearn.ensemble import RandomForestClassifier as R; R(n_jobs=2).fit([[0], [1]] * 50, [0, 1] * 50)'",
  "a virtual environment": "python3 -m venv --without-pip $(mktemp -d)/v",
};

describe.skipIf(problem !== undefined)(`the list of system calls of Docker sandboxes ${problem ?? ""}`, () => {
  let provider: DockerProvider;
  let sandbox: Sandbox;

  beforeAll(async () => {
    provider = createDockerProvider();
    const spec = parseComposeSpec({ services: { default: { image: PYTHON_IMAGE, "x-local": true, mem_limit: "1g" } } });
    sandbox = await provider.up(spec, { runId: `work-${process.pid}`, name: "work" });
  });

  afterAll(async () => provider?.[Symbol.asyncDispose]());

  it.each(Object.entries(ORDINARY_WORK))("leaves alone: %s", async (_name, program) => {
    await sandbox.writeFile("/tmp/work.py", program);
    const result = await sandbox.exec(["python3", "/tmp/work.py"], { user: "nonroot", timeoutSeconds: 60 });
    expect(result).toMatchObject({ exitCode: 0 });
  });

  it.each(Object.entries(ROOT_WORK))("leaves alone, for root: %s", async (_name, line) => {
    const result = await sandbox.exec(["sh", "-ec", line], { user: "root", timeoutSeconds: 60 });
    expect([result.exitCode, result.stderr.replaceAll(/^.*(warning|hint).*$/gim, "").trim()]).toEqual([0, ""]);
  });
});
