import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const SOURCES = fileURLToPath(new URL("..", import.meta.url));
const BASE_SOURCES = fileURLToPath(new URL("../../../base/src", import.meta.url));
// Inside the package, so that its dependencies are found.
const CACHE = fileURLToPath(new URL("../../node_modules/.cache", import.meta.url));

/** The sources of this package and of its base as JavaScript, for tests that have to kill a whole process. */
export interface ChildPrograms extends AsyncDisposable {
  /** Starts a program; `api` is the package's index there. */
  start(body: string): ChildProcessWithoutNullStreams;
}

export async function buildChildPrograms(): Promise<ChildPrograms> {
  await mkdir(CACHE, { recursive: true });
  const directory = await mkdtemp(join(CACHE, "child-"));
  await transpile(SOURCES, directory, '{"type":"module"}');
  const base = join(directory, "node_modules/@mlebench/base");
  await transpile(BASE_SOURCES, base, '{"name":"@mlebench/base","type":"module","exports":"./index.js"}');
  return {
    start(body) {
      const program = `import * as api from ${JSON.stringify(join(directory, "index.js"))};\n${body}`;
      return spawn(process.execPath, ["--input-type=module", "-e", program], { cwd: directory });
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}

async function transpile(sources: string, directory: string, packageJson: string): Promise<void> {
  const files = (await readdir(sources, { recursive: true })).filter(
    (name) => name.endsWith(".ts") && !name.endsWith(".test.ts"),
  );
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
  for (const name of files) {
    const { outputText } = ts.transpileModule(await readFile(join(sources, name), "utf8"), { compilerOptions });
    const to = join(directory, name.replace(/\.ts$/, ".js"));
    await mkdir(dirname(to), { recursive: true });
    await writeFile(to, outputText);
  }
  await writeFile(join(directory, "package.json"), packageJson);
}
