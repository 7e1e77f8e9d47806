import type {
  ConfigUpdate,
  EvalLog,
  EvalSample,
  EvalSampleReductions,
  EvalSampleSummary,
} from "@mlebench/base/log-types";
import { z } from "zod";

// Lenient: the fields that readers of the format insist on, everything else passes. Inspect leaves out what is None in
// its own files and writes null in others, so null means absent here.

/** Leaves out top-level nulls only: deeper ones may be a user's own data. */
function withoutNulls(schema: z.ZodType): z.ZodType {
  return z.preprocess((value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== null));
  }, schema);
}

/** Checks what the schema names; the fields that it lets pass are believed to have their types. */
function parser<T>(schema: z.ZodType): (value: unknown) => T {
  return (value) => schema.parse(value) as T;
}

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
export const parseStart = parser<Pick<EvalLog, "version" | "eval" | "plan">>(withoutNulls(Start));
export const parseHeader = parser<EvalLog>(withoutNulls(Header));
export const parseSample = parser<EvalSample>(withoutNulls(Sample));
export const parseSummaries = parser<EvalSampleSummary[]>(z.array(withoutNulls(Summary)));
export const parseReductions = parser<EvalSampleReductions[]>(Reductions);
export const parseConfigUpdate = parser<ConfigUpdate>(Update);
