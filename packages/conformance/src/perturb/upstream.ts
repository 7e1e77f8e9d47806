import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { unzipTo, type ZipContent } from "../zip.js";
import { digestPrepared, type Outcome } from "./outcome.js";

/** Names a Python in which upstream's package `mlebench` can be imported, with the versions that the README names. */
export const UPSTREAM_PYTHON = "MLEBENCH_UPSTREAM_PYTHON";

const AVX512 = "AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL";

/** Runs one preparation per line of standard input, assertions on. What wants more memory than the trials need has failed. */
const PROGRAM = `
import importlib, json, pathlib, resource, sys, warnings
resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
warnings.simplefilter("ignore")
answers = sys.stdout
sys.stdout = sys.stderr
for line in sys.stdin:
    job = json.loads(line)
    error = None
    try:
        module = importlib.import_module("mlebench.competitions." + job["id"] + ".prepare")
        module.prepare(*(pathlib.Path(job["directory"], part) for part in ("raw", "public", "private")))
    except Exception as caught:
        error = type(caught).__name__ + ": " + str(caught)
    print(json.dumps({"error": error}), file=answers, flush=True)
`;

/** Upstream's own preparers, run in a Python of the user's. */
export class UpstreamPreparers implements AsyncDisposable {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string>;
  #stderr = "";

  constructor(python: string) {
    // Ours sorts as numpy does without AVX-512.
    const env = { ...process.env, NPY_DISABLE_CPU_FEATURES: AVX512 };
    this.#process = spawn(python, ["-c", PROGRAM], { env });
    this.#process.stderr.on("data", (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-2000);
    });
    this.#answers = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  async prepare(id: string, raw: ZipContent): Promise<Outcome> {
    const directory = await mkdtemp(join(tmpdir(), "conformance-upstream-"));
    try {
      await unzipTo(raw, join(directory, "raw"));
      for (const part of ["public", "private"]) await mkdir(join(directory, part));
      this.#process.stdin.write(`${JSON.stringify({ id, directory })}\n`);
      const { value, done } = await this.#answers.next();
      if (done) throw new Error(`Upstream's Python ended: ${this.#stderr}`);
      const { error } = JSON.parse(value) as { error: string | null };
      return error === null ? await digestPrepared(directory) : { kind: "refused", reason: error };
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.stdin.end();
    this.#process.kill();
  }
}
