import { nearestNames } from "@mlebench/base";
import { z } from "zod";
import { ModelOptionsError } from "./errors.js";

const ModelArgsSchema = z.strictObject({
  /** OpenAI and Azure: the responses protocol instead of chat completions. */
  responsesApi: z.boolean().optional(),
  /** OpenAI-compatible servers: `strict` of every tool. */
  strictTools: z.boolean().optional(),
  /** Stream answers and collect them, which keeps long ones alive. */
  stream: z.boolean().optional(),
  organization: z.string().optional(),
  project: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  queryParams: z.record(z.string(), z.string()).optional(),
});

/** Arguments of a model, as `-M name=value` gives them. */
export type ModelArgs = z.infer<typeof ModelArgsSchema>;

/** Reads arguments; `responses_api` and `responsesApi` are the same. */
export function parseModelArgs(model: string, args: Readonly<Record<string, unknown>>): ModelArgs {
  const known = Object.keys(ModelArgsSchema.shape);
  const camelCase = Object.fromEntries(Object.entries(args).map(([name, value]) => [toCamelCase(name), value]));
  const unknown = Object.keys(camelCase).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const near = nearestNames(unknown, known);
    throw new ModelOptionsError(
      `${model} has no argument "${unknown}".`,
      `${near.length > 0 ? `Did you mean ${near.join(" or ")}? ` : ""}Known are ${known.join(", ")}.`,
    );
  }
  const parsed = ModelArgsSchema.safeParse(camelCase);
  if (parsed.success) return parsed.data;
  throw new ModelOptionsError(
    `An argument of ${model} cannot be used: ${z.prettifyError(parsed.error)}`,
    "Correct it.",
  );
}

export function toCamelCase(name: string): string {
  return name.replaceAll(/[-_]+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
