import type {
  ConfigUpdate,
  EvalLog,
  EvalPlan,
  EvalSample,
  EvalSampleReductions,
  EvalSampleSummary,
  EvalSpec,
} from "@mlebench/base/log-types";
import { z } from "zod";

// Lenient: the fields that readers of the format insist on, everything else passes. Inspect leaves out what is None in
// its own files and writes null in others, so null means absent here.

const Id = z.union([z.string(), z.number()]);
const Input = z.union([z.string(), z.array(z.looseObject({ role: z.string() }))]);
const Target = z.union([z.string(), z.array(z.string())]);

const Spec = z.looseObject({
  created: z.string(),
  task: z.string(),
  dataset: z.looseObject({}),
  model: z.string(),
  config: z.looseObject({}),
});

const Plan = z.looseObject({});

const Start = z.looseObject({ version: z.number(), eval: Spec, plan: Plan });

const Header = z.looseObject({
  version: z.number().default(2),
  status: z.enum(["started", "success", "cancelled", "error"]).default("started"),
  eval: Spec,
  plan: Plan.default({}),
  stats: z.looseObject({}).default({}),
});

const Sample = z.looseObject({
  id: Id,
  epoch: z.number().int(),
  input: Input,
  target: Target,
  events: z.array(z.looseObject({ event: z.string() })).optional(),
  messages: z.array(z.looseObject({ role: z.string() })).optional(),
});

const Summary = z.looseObject({ id: Id, epoch: z.number().int(), input: Input, target: Target });

/** Checks a parsed member and gives it its type. @throws z.ZodError */
export function parseStart(value: unknown): { version: number; eval: EvalSpec; plan: EvalPlan } {
  return Start.parse(withoutNulls(value)) as unknown as { version: number; eval: EvalSpec; plan: EvalPlan };
}

export function parseHeader(value: unknown): EvalLog {
  return Header.parse(withoutNulls(value)) as unknown as EvalLog;
}

export function parseSample(value: unknown): EvalSample {
  return Sample.parse(withoutNulls(value)) as unknown as EvalSample;
}

export function parseSummaries(value: unknown): EvalSampleSummary[] {
  return z
    .array(Summary)
    .parse(Array.isArray(value) ? value.map(withoutNulls) : value) as unknown as EvalSampleSummary[];
}

export function parseReductions(value: unknown): EvalSampleReductions[] {
  return z
    .array(z.looseObject({ scorer: z.string(), samples: z.array(z.looseObject({})) }))
    .parse(value) as unknown as EvalSampleReductions[];
}

export function parseConfigUpdate(value: unknown): ConfigUpdate {
  return z.looseObject({ changes: z.array(z.looseObject({})) }).parse(value) as unknown as ConfigUpdate;
}

/** Top-level nulls only: deeper ones may be a user's own data. */
function withoutNulls(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== null));
}
