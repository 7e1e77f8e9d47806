import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { Worker } from "node:worker_threads";

/** A run of 7-Zip. Its arguments speak of two folders, `/archive` and `/files`, wherever those really are. */
export interface SevenZipCommand {
  readonly args: readonly string[];
  readonly archiveDirectory: string;
  readonly filesDirectory: string;
  readonly signal?: AbortSignal;
  /** Folders to look for an installed 7-Zip in, joined as in PATH; empty: always use the bundled one. @default PATH */
  readonly searchPath?: string;
}

export interface SevenZipOutput {
  readonly ok: boolean;
  readonly lines: readonly string[];
}

const PROGRAMS = ["7zz", "7z"];
const FOLDER = /^(-o)?\/(archive|files)(?=\/|$)/;

/** Runs the 7-Zip that is installed (several threads), else the bundled WebAssembly one in a worker thread. */
export async function runSevenZip(command: SevenZipCommand): Promise<SevenZipOutput> {
  command.signal?.throwIfAborted();
  const program = installedProgram(command.searchPath ?? process.env["PATH"] ?? "");
  return program === undefined ? await runBundled(command) : await runInstalled(program, command);
}

function installedProgram(searchPath: string): string | undefined {
  return searchPath
    .split(delimiter)
    .filter((directory) => directory !== "")
    .flatMap((directory) => PROGRAMS.map((name) => join(directory, name)))
    .find((path) => existsSync(path));
}

async function runInstalled(program: string, command: SevenZipCommand): Promise<SevenZipOutput> {
  const args = command.args.map((arg) =>
    arg.replace(
      FOLDER,
      (_, option = "", folder) => option + (folder === "archive" ? command.archiveDirectory : command.filesDirectory),
    ),
  );
  const child = spawn(program, args, {
    cwd: command.filesDirectory,
    stdio: ["ignore", "pipe", "pipe"],
    signal: command.signal,
  });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
  const [exitCode] = await once(child, "close");
  return { ok: exitCode === 0, lines: Buffer.concat(chunks).toString("utf8").split("\n") };
}

/** The worker's program: one 7-Zip command on two host folders. A worker, because WebAssembly runs without a break. */
const WORKER_PROGRAM = `
const { parentPort, workerData } = require("node:worker_threads");
const SevenZip = require(workerData.modulePath);
(async () => {
  const lines = [];
  const print = (line) => lines.push(line);
  const module = await SevenZip({ print, printErr: print, quit: () => {} });
  for (const [name, root] of [["/archive", workerData.archiveDirectory], ["/files", workerData.filesDirectory]]) {
    module.FS.mkdir(name);
    module.FS.mount(module.NODEFS, { root }, name);
  }
  module.FS.chdir("/files");
  let ok = false;
  try {
    ok = module.callMain(workerData.args) === 0;
  } catch {
    // Failures come as thrown numbers; what went wrong stands in the output.
  }
  parentPort.postMessage({ ok, lines });
})();
`;

async function runBundled(command: SevenZipCommand): Promise<SevenZipOutput> {
  const { args, archiveDirectory, filesDirectory, signal } = command;
  const modulePath = createRequire(import.meta.url).resolve("7z-wasm");
  const worker = new Worker(WORKER_PROGRAM, {
    eval: true,
    workerData: { modulePath, args: [...args], archiveDirectory, filesDirectory },
  });
  try {
    const [output] = await once(worker, "message", { signal });
    return output as SevenZipOutput;
  } finally {
    await worker.terminate();
  }
}
