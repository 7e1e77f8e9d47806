import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KaggleClient } from "./client.js";
import { type KaggleServer, startKaggleServer, testCredentials } from "./testing/index.js";

const run = promisify(execFile);
const PYTHON_SECONDS = 300;

/** The official client speaks RPC since its version 1.7, and before, as MLE-bench still pins it, the older interface. */
const VERSIONS = [
  // six is imported by version 2.2.4 and not among its requirements.
  { name: "the current version", requirements: ["kaggle", "six"], isCurrent: true, folder: "mlebench-kaggle-venv" },
  { name: "a version before 1.7", requirements: ["kaggle<1.7"], isCurrent: false, folder: "mlebench-kaggle-old-venv" },
];

const files = {
  "train.csv": `id,x\n${"1,2\n".repeat(9999)}`,
  "test.csv": "id\n1\n",
  "blob.bin": randomBytes(200_000),
};

let server: KaggleServer;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "kaggle-official-"));
  server = await startKaggleServer({
    competitions: {
      leaf: { files, leaderboard: "team,score\nA,1\n" },
      closed: { files: { "a.csv": "a" }, rulesAccepted: false },
    },
  });
});
afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

/** A Python that has the package: the one named by the environment, or an environment of its own from PyPI. */
async function pythonWith(version: (typeof VERSIONS)[number]): Promise<string | undefined> {
  const { requirements, folder } = version;
  const given = version.isCurrent ? process.env["MLEBENCH_KAGGLE_PYTHON"] : undefined;
  if (given) return given;
  const python = join(tmpdir(), folder, "bin", "python");
  try {
    if (!existsSync(python)) await run("python3", ["-m", "venv", join(tmpdir(), folder)]);
    const names = requirements.map((requirement) => requirement.split("<")[0] ?? "");
    const isThere = await run(python, ["-m", "pip", "show", "-q", ...names]).then(
      ({ stderr }) => !stderr.includes("not found"),
      () => false,
    );
    if (!isThere)
      await run(python, ["-m", "pip", "install", "-q", ...requirements], { timeout: PYTHON_SECONDS * 1000 });
    return python;
  } catch (error) {
    if (process.env["MLEBENCH_REQUIRE_KAGGLE_CLI"] === "1") throw error;
    console.warn(`skipped: the official client cannot be installed here (${String(error).split("\n")[0]})`);
    return undefined;
  }
}

describe.each(VERSIONS)("the official Python client, $name", (version) => {
  let python: string | undefined;
  let home: string;

  beforeAll(async () => {
    python = await pythonWith(version);
    home = await mkdtemp(join(directory, "home-"));
  }, PYTHON_SECONDS * 1000);

  /** Runs the unchanged command; only its environment leads it here. */
  async function kaggle(command: string[], credentials: Record<string, string>): Promise<string> {
    const env = {
      PATH: process.env["PATH"],
      HOME: home,
      ...credentials,
      // Versions before 1.7 know the one, later ones a "localhost" that is reached through this server as a proxy.
      KAGGLE_API_ENDPOINT: server.url,
      KAGGLE_API_ENVIRONMENT: "LOCALHOST",
      http_proxy: server.url,
      no_proxy: "127.0.0.1",
    };
    const program = "import sys; from kaggle.cli import main; sys.argv[0] = 'kaggle'; main()";
    const result = await run(python ?? "", ["-c", program, ...command], { env }).catch(
      (error: { stdout: string; stderr: string }) => error,
    );
    return `${result.stdout}${result.stderr}`;
  }

  const key = { KAGGLE_USERNAME: "tester", KAGGLE_KEY: "test-key" };

  it("lists the same files", async (context) => {
    if (python === undefined) return context.skip("the official client is not installed");
    const output = await kaggle(["competitions", "files", "leaf", "--csv"], key);
    for (const name of Object.keys(files)) expect(output).toContain(name);
  });

  it("downloads the same archive, file and leaderboard", async (context) => {
    if (python === undefined) return context.skip("the official client is not installed");
    const theirs = await mkdtemp(join(directory, "theirs-"));
    const ours = await mkdtemp(join(directory, "ours-"));
    await kaggle(["competitions", "download", "leaf", "-p", theirs], key);
    await kaggle(["competitions", "download", "leaf", "-f", "blob.bin", "-p", theirs], key);
    await kaggle(["competitions", "leaderboard", "leaf", "-d", "-p", join(theirs, "board")], key);
    await using client = new KaggleClient({ credentials: testCredentials(), baseUrl: server.url, env: {} });
    await client.downloadAll("leaf", { directory: ours });
    await client.downloadFile("leaf", "blob.bin", { directory: ours });
    await client.leaderboard("leaf", { directory: ours });
    const same = async (theirName: string, ourName: string) =>
      (await readFile(join(theirs, theirName))).equals(await readFile(join(ours, ourName)));
    expect(await same("leaf.zip", "leaf.zip")).toBe(true);
    expect(await same("blob.bin", "blob.bin")).toBe(true);
    expect(await same("board/leaf.zip", "leaf-leaderboard.zip")).toBe(true);
    expect((await readFile(join(theirs, "blob.bin"))).equals(files["blob.bin"])).toBe(true);
  });

  it("hears that rules are not accepted, that a competition is unknown, and that a key is wrong", async (context) => {
    if (python === undefined) return context.skip("the official client is not installed");
    const download = (id: string, credentials: Record<string, string>) =>
      kaggle(["competitions", "download", id, "-p", directory], credentials);
    expect(await download("closed", key)).toContain("You must accept this competition's rules");
    expect(await download("nothing", key)).toMatch(/404|Not found/i);
    expect(await download("leaf", { ...key, KAGGLE_KEY: "wrong" })).toMatch(/401|Unauth|Authentication required/i);
  });

  if (version.isCurrent) {
    it("signs in with an access token", async (context) => {
      if (python === undefined) return context.skip("the official client is not installed");
      const output = await kaggle(["competitions", "files", "leaf", "--csv"], { KAGGLE_API_TOKEN: "test-token" });
      expect(output).toContain("blob.bin");
      expect(server.requests.some(({ headers }) => headers["authorization"] === "Bearer test-token")).toBe(true);
    });
  }
});
