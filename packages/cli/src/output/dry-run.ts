import { isDeepStrictEqual } from "node:util";
import { formatBytes } from "@mlebench/base";
import { type CostBound, type Hardware, type ResolvedRun, redactorOf } from "@mlebench/runner";
import { defaultText, longFlag, type MergedSettings, rowsOf } from "@mlebench/runner/settings";
import { formatDuration } from "./format.js";
import { continued, oneLine } from "./style.js";
import { formatTable, left } from "./table.js";

const UNKNOWN = "unknown";

/** What a run would do, and every setting that is not its default with where it came from, as JSON without secrets. */
export function dryRunJson(run: ResolvedRun, settings: MergedSettings): Record<string, unknown> {
  const { task, options, limits, image, hardware, dataDir, logDir, cost } = run;
  return redactorOf(options)({
    task: task.name,
    competitions: run.plan.competitions,
    epochs: run.epochs,
    samples: { todo: run.todo.length, finished: run.finished.length },
    resumes: options.resumeLog,
    model: run.model.id,
    price: run.model.price,
    protocol: run.protocol,
    limits: {
      messages: limits.messages,
      tokens: limits.tokens,
      turns: limits.turns,
      time_seconds: limits.timeSeconds,
      working_seconds: limits.workingSeconds,
      cost: limits.cost,
      command_timeout_seconds: run.commandTimeoutSeconds,
    },
    agent: run.solverName,
    scorers: run.score ? run.scorers.map(({ name }) => name) : [],
    sandbox: { type: run.sandboxType, image: image?.name, image_state: image?.state, at_a_time: run.maxSandboxes },
    hardware: { per_sandbox: hardwareJson(hardware.perSandbox), at_most: hardwareJson(hardware.atMost) },
    data: {
      directory: dataDir.path,
      needed_bytes: run.neededBytes,
      free_bytes: dataDir.freeBytes,
      writable: dataDir.isWritable,
      competitions: run.competitions.map(({ competitionId, data, neededBytes }) => ({
        competition_id: competitionId,
        state: data,
        needed_bytes: neededBytes,
      })),
    },
    log_dir: logDir.path,
    cost,
    warnings: [...run.warnings.map(({ message }) => message), ...settings.warnings],
    settings: givenSettings(settings),
  });
}

/** The same for people: what would run, and the settings as a table. */
export function formatDryRun(run: ResolvedRun, settings: MergedSettings): string {
  const redact = redactorOf(run.options);
  const lines = redact(facts(run)).map(([name, value]) => `${`${name}:`.padEnd(14)} ${oneLine(String(value))}`);
  const warnings = [...run.warnings.map(({ message }) => message), ...settings.warnings];
  const given = redact(givenSettings(settings));
  const table = formatTable(
    left("setting", "value", "from", "default", "note"),
    given.map(({ flag, value, from, default: usual, deviates }) => [
      flag,
      valueText(value),
      from,
      usual ?? "",
      deviates ? "not the protocol's" : "",
    ]),
  );
  return [
    ...lines,
    ...warnings.map((warning) => `Warning:       ${continued(redact(warning))}`),
    "",
    given.length === 0 ? "Every setting has its default.\n" : table,
  ].join("\n");
}

function facts(run: ResolvedRun): (readonly [string, string])[] {
  const { plan, epochs, todo, finished, model, limits, image, hardware, dataDir, logDir, options } = run;
  const { price } = model;
  const done = finished.length === 0 ? "" : `, ${finished.length} finished already`;
  const shown = [
    [limits.messages, "messages"],
    [limits.tokens, "tokens"],
    [limits.turns, "turns"],
    [limits.timeSeconds, "s"],
    [limits.workingSeconds, "s of work"],
    [limits.cost, "dollars"],
  ].flatMap(([limit, unit]) => (limit === undefined ? [] : [`${limit} ${unit}`]));
  const states = new Map(run.competitions.map(({ competitionId, data }) => [competitionId, STATES[data]]));
  const competitions = plan.competitions.map((id) => `${id} (${states.get(id) ?? "finished"})`);
  return [
    ["Task", `${run.task.name}: ${plan.competitions.length} x ${epochs}, ${todo.length} to run${done}`],
    ["Competitions", competitions.join(", ")],
    [
      "Model",
      `${model.id}${price ? `, ${price.input} in and ${price.output} out per million tokens` : ", price unknown"}`,
    ],
    ["Protocol", run.protocol],
    [
      "Limits",
      `${shown.length > 0 ? `${shown.join(", ")} a sample` : "none"}, ${formatDuration(run.commandTimeoutSeconds)} a command`,
    ],
    ["Agent", run.solverName],
    ["Scorers", run.score ? run.scorers.map(({ name }) => name).join(", ") : "none"],
    ["Sandbox", `${run.sandboxType}, at most ${Math.min(run.maxSandboxes, run.maxSamples, todo.length)} at a time`],
    ["Image", image === undefined ? "none" : `${image.name}, ${image.state}`],
    ["Hardware", `${hardwareText(hardware.perSandbox)} a sandbox, ${hardwareText(hardware.atMost)} at most`],
    ["Data", `${dataDir.path}${dataDir.isWritable === false ? ", read-only" : ""}`],
    ["Disk", `${bytesText(run.neededBytes)} needed at most, ${bytesText(dataDir.freeBytes)} free`],
    ["Log", options.resumeLog ?? logDir.path],
    ["Money", costText(run.cost)],
  ];
}

const STATES = {
  prepared: "prepared",
  raw: "to be prepared",
  download: "to be downloaded",
  unknown: "unknown",
} as const;

interface GivenSetting {
  readonly name: string;
  readonly flag: string;
  readonly value: unknown;
  readonly from: string;
  readonly default: string | undefined;
  /** The run is then not comparable with its protocol. */
  readonly deviates: boolean;
}

/** The settings whose value is not the default. */
function givenSettings({ values, origins }: MergedSettings): GivenSetting[] {
  return rowsOf().flatMap((row) => {
    const origin = origins[row.name];
    const value: unknown = Reflect.get(values, row.name);
    if (origin === undefined || row.name === "dryRun" || isDeepStrictEqual(value, row.default)) return [];
    return [
      {
        name: row.name,
        flag: longFlag(row.flag),
        // The variables of a run are often keys, whatever their names.
        value: row.name === "env" ? Object.keys(value as object) : value,
        from: origin.where,
        default: defaultText(row),
        deviates: row.deviation === true,
      },
    ];
  });
}

function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.map(valueText).join(", ");
  return typeof value === "string" ? value : JSON.stringify(value);
}

function hardwareJson({ cpus, memoryBytes, gpus }: Hardware): Record<string, unknown> {
  return { cpus, memory_bytes: memoryBytes, gpus };
}

function hardwareText({ cpus, memoryBytes, gpus }: Hardware): string {
  const memory = memoryBytes === undefined ? "" : `, ${formatBytes(memoryBytes)}`;
  return `${cpus} CPU${cpus === 1 ? "" : "s"}${memory}${gpus === 0 ? "" : `, ${gpus} GPUs`}`;
}

function bytesText(bytes: number | undefined): string {
  return bytes === undefined ? UNKNOWN : formatBytes(bytes);
}

function costText(cost: CostBound): string {
  return cost.kind === "bounded" ? `at most $${cost.dollars.toFixed(2)} by the ${cost.by}` : `unbounded (${cost.why})`;
}
