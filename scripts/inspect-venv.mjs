// Prints the path of a Python that has inspect-ai, the reader our logs are checked with; makes the environment when it
// is missing. MLEBENCH_INSPECT_PYTHON names one that exists. Exit code 1 with a reason on stderr when there is none.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

const PACKAGE = "inspect-ai==0.3.285";
const WAIT_SECONDS = 400;

const given = process.env.MLEBENCH_INSPECT_PYTHON;
const directory = join(tmpdir(), "mlebench-inspect-venv");
const python = join(directory, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
const lock = `${directory}.lock`;

function works(candidate) {
  return spawnSync(candidate, ["-c", "import inspect_ai"], { stdio: "ignore" }).status === 0;
}

function run(command, args) {
  const { status, error, stderr } = spawnSync(command, args, { stdio: ["ignore", "ignore", "pipe"], encoding: "utf8" });
  if (status !== 0)
    throw new Error(`${command} ${args.join(" ")} failed: ${error?.message ?? stderr.trim().slice(-500)}`);
}

/** One process builds while the others wait; a lock that nobody has touched for long belongs to a process that died. */
async function lockOrWait() {
  for (let waited = 0; waited < WAIT_SECONDS; waited += 1) {
    try {
      mkdirSync(lock);
      writeFileSync(join(lock, "pid"), String(process.pid));
      return;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      const age = Date.now() - (existsSync(lock) ? statSync(lock).mtimeMs : Date.now());
      if (age > WAIT_SECONDS * 1000) rmSync(lock, { recursive: true, force: true });
      await setTimeout(1000);
    }
  }
  throw new Error(`${lock} is held by another process`);
}

async function build() {
  await lockOrWait();
  try {
    if (existsSync(python) && works(python)) return;
    console.error(`Installing ${PACKAGE} into ${directory} (about two minutes)…`);
    rmSync(directory, { recursive: true, force: true });
    run("python3", ["-m", "venv", directory]);
    run(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", PACKAGE]);
    if (!works(python)) throw new Error("inspect_ai cannot be imported after its installation");
  } catch (error) {
    if (existsSync(directory)) {
      rmSync(`${directory}.broken`, { recursive: true, force: true });
      renameSync(directory, `${directory}.broken`);
    }
    throw error;
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

try {
  if (given) {
    if (!works(given)) throw new Error(`MLEBENCH_INSPECT_PYTHON=${given} cannot import inspect_ai`);
    console.log(given);
  } else {
    if (!(existsSync(python) && works(python))) await build();
    console.log(python);
  }
} catch (error) {
  console.error(`No Python with inspect-ai: ${error.message}`);
  process.exit(1);
}
