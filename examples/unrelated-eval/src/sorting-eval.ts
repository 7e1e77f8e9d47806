import { type ComposeSpec, parseComposeSpec, type SandboxProvider } from "@mlebench/sandbox-compose";

/** A program that somebody, or some model, wrote: it reads numbers and should print them in order. */
export interface Candidate {
  readonly name: string;
  /** JavaScript for Node. */
  readonly source: string;
}

export interface Verdict {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly timedOut: number;
}

const SPEC: ComposeSpec = parseComposeSpec({
  services: { default: { image: "node:22-slim", network_mode: "none", mem_limit: "512mb", pids_limit: 64 } },
});

const CASES = [
  { input: "3 1 2", output: "1 2 3" },
  { input: "10 9", output: "9 10" },
  { input: "-1 -2 0", output: "-2 -1 0" },
];
const CASE_SECONDS = 2;

/** Runs every candidate on every case, each candidate in a sandbox of its own. Works with any provider. */
export async function judge(provider: SandboxProvider, candidates: readonly Candidate[]): Promise<Verdict[]> {
  return Promise.all(candidates.map((candidate) => judgeOne(provider, candidate)));
}

async function judgeOne(provider: SandboxProvider, { name, source }: Candidate): Promise<Verdict> {
  await using sandbox = await provider.up(SPEC, { runId: "sorting-eval", name });
  const program = `${sandbox.paths.code}/program.cjs`;
  await sandbox.writeFile(program, source);
  const verdict = { name, passed: 0, failed: 0, timedOut: 0 };
  for (const { input, output } of CASES) {
    const result = await sandbox.exec(["node", program], { input, timeoutSeconds: CASE_SECONDS });
    if (result.timedOut) verdict.timedOut += 1;
    else if (result.exitCode === 0 && result.stdout.trim() === output) verdict.passed += 1;
    else verdict.failed += 1;
  }
  return verdict;
}
