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

const Reductions = z.array(z.looseObject({ scorer: z.string(), samples: z.array(z.looseObject({})) }));
const Update = z.looseObject({ changes: z.array(z.looseObject({})) });

/** What the run began with. @throws z.ZodError as all below */
export function parseStart(value: unknown): { version: number; eval: EvalSpec; plan: EvalPlan } {
  return believed(Start, withoutNulls(value));
}

export function parseHeader(value: unknown): EvalLog {
  return believed(Header, withoutNulls(value));
}

export function parseSample(value: unknown): EvalSample {
  return believed(Sample, withoutNulls(value));
}

export function parseSummaries(value: unknown): EvalSampleSummary[] {
  return believed(z.array(Summary), Array.isArray(value) ? value.map(withoutNulls) : value);
}

export function parseReductions(value: unknown): EvalSampleReductions[] {
  return believed(Reductions, value);
}

export function parseConfigUpdate(value: unknown): ConfigUpdate {
  return believed(Update, value);
}

/** Checks what the schema names; the fields that it lets pass are believed to have their types. */
function believed<T>(schema: z.ZodType, value: unknown): T {
  return schema.parse(value) as T;
}

/** Top-level nulls only: deeper ones may be a user's own data. */
function withoutNulls(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== null));
}
