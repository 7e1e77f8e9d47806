import { parseArgs } from "node:util";
import { nearestNames } from "@mlebench/base";
import { type CompetitionResult, checkCompetition } from "./check-competition.js";
import { BUNDLED_KIT, listKit } from "./kit.js";

const USAGE = `Compares preparers and graders with upstream's results.

  conformance [ID...] [--kit DIR] [--verbose] [--prepare | --grade] [--primitives]

  ID            competitions to run; without any all of the kit, and the primitives
  --kit DIR     another kit of the same layout
  --verbose     list every difference
  --prepare     only the preparers
  --grade       only the graders
  --primitives  the primitives too, or without ID and the other two only them
  --perturb     only altered raw data (columns, rows, numbers, line ends) against what upstream made of them;
                with MLEBENCH_UPSTREAM_PYTHON against upstream itself
  --record      keep what that upstream made of them`;

// A reader such as `head` that has seen enough is no failure worth a stack trace.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 1 : 2));

const SHOWN_DIFFERENCES = 1;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    kit: { type: "string", default: BUNDLED_KIT },
    verbose: { type: "boolean", default: false },
    prepare: { type: "boolean", default: false },
    grade: { type: "boolean", default: false },
    primitives: { type: "boolean", default: false },
    perturb: { type: "boolean", default: false },
    record: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

/** Neither of the two options, or both, means both halves. */
const prepares = values.prepare || !values.grade;
const grades = values.grade || !values.prepare;

if (values.help) console.log(USAGE);
else process.exitCode = (await (values.perturb ? runPerturbed() : run())) ? 0 : 1;

async function runPerturbed(): Promise<boolean> {
  const { runTrials } = await import("./perturb/run-trials.js");
  const { trialName } = await import("./perturb/trials.js");
  const { UPSTREAM_PYTHON } = await import("./perturb/upstream.js");
  const ids = positionals.length > 0 ? positionals : undefined;
  let [trials, equal] = [0, 0];
  for await (const { trial, problem } of runTrials(values.kit, {
    ids,
    python: process.env[UPSTREAM_PYTHON],
    record: values.record,
  })) {
    trials++;
    if (problem === undefined) equal++;
    else console.log(`${trial.id} ${trialName(trial)}\n  ${problem.replaceAll("\n", "\n  ")}`);
  }
  console.log(`altered raw data ${equal}/${trials} equal`);
  return equal === trials;
}

async function run(): Promise<boolean> {
  const known = listKit(values.kit);
  const ids = positionals.length > 0 ? positionals : known;
  for (const id of ids) {
    if (known.includes(id)) continue;
    console.error(`${id} is not in the kit. Did you mean ${nearestNames(id, known).join(", ") || "another one"}?`);
    return false;
  }
  const onlyPrimitives = values.primitives && positionals.length === 0 && !values.prepare && !values.grade;
  const results = onlyPrimitives ? [] : await checkAll(ids);
  const totals = results.length === 0 ? [] : [summary(results)];
  let equal = results.every(isEqual);
  if (values.primitives || positionals.length === 0) {
    const { checkPrimitives } = await import("./check-primitives.js");
    const primitives = await checkPrimitives(values.kit);
    const failed = primitives.filter(({ problem }) => problem !== undefined);
    for (const { name, problem } of values.verbose ? failed : failed.slice(0, 5)) console.log(`  ${name}: ${problem}`);
    totals.push(`primitives ${primitives.length - failed.length}/${primitives.length}`);
    equal &&= failed.length === 0;
  }
  console.log(totals.join(", "));
  return equal;
}

async function checkAll(ids: readonly string[]): Promise<CompetitionResult[]> {
  const results: CompetitionResult[] = [];
  for (const id of ids) {
    const result = await checkCompetition(values.kit, id, {
      prepare: prepares,
      grade: grades,
    });
    results.push(result);
    print(result);
  }
  return results;
}

function print({ id, differences, cases }: CompetitionResult): void {
  const failed = cases.filter(({ problem }) => problem !== undefined);
  const parts = [
    ...(prepares ? [`prepared ${differences.length === 0 ? "equal" : "DIFFERENT"}`] : []),
    ...(grades ? [`graded ${cases.length - failed.length}/${cases.length}`] : []),
  ];
  console.log(`${id.padEnd(64)} ${parts.join("  ")}`);
  const shown = values.verbose ? Number.POSITIVE_INFINITY : SHOWN_DIFFERENCES;
  for (const { path, problem } of differences.slice(0, shown)) console.log(`  ${path}: ${cut(problem)}`);
  for (const { name, problem } of failed.slice(0, shown)) console.log(`  ${name}.csv: ${cut(problem!)}`);
  const hidden = Math.max(0, differences.length - shown) + Math.max(0, failed.length - shown);
  if (hidden > 0) console.log(`  ... and ${hidden} more (--verbose)`);
}

function cut(problem: string): string {
  return values.verbose ? problem : problem.split("\n").slice(0, 3).join("\n");
}

function isEqual({ differences, cases }: CompetitionResult): boolean {
  return differences.length === 0 && cases.every(({ problem }) => problem === undefined);
}

function summary(results: readonly CompetitionResult[]): string {
  const prepared = results.filter(({ differences }) => differences.length === 0).length;
  const graded = results.filter(({ cases }) => cases.every(({ problem }) => problem === undefined)).length;
  const cases = results.flatMap((result) => result.cases);
  const equalCases = cases.filter(({ problem }) => problem === undefined).length;
  return [
    ...(prepares ? [`prepared ${prepared}/${results.length} equal`] : []),
    ...(grades
      ? [`graded ${graded}/${results.length} competitions and ${equalCases}/${cases.length} cases equal`]
      : []),
  ].join(", ");
}
