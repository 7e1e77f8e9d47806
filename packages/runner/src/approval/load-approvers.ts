import { basename } from "node:path";
import type { Approver } from "@mlebench/agent-react";
import { z } from "zod";
import { UsageError } from "../errors.js";
import { importUserModule } from "../plug-in/import-user-module.js";
import { readTaskConfig } from "../task/parse-task-args.js";

const Policy = z.strictObject({
  approvers: z
    .array(z.strictObject({ name: z.string().min(1), tools: z.union([z.string(), z.array(z.string())]).optional() }))
    .min(1),
});

const AUTO: Approver = { name: "auto", approve: () => ({ decision: "approve" }) };

/** What {@link loadApprovers} takes. */
export interface LoadApproversOptions {
  /** Asks a person, in a program that has a way to do so. */
  readonly human?: Approver;
}

/**
 * The approvers of `--approval`: `human`, `auto`, the path of a module (a function of the request, or an approver), or
 * that of a YAML or JSON file with a list `approvers` of `name` (one of these) and `tools` (patterns), asked in order.
 * @throws UsageError for what is none of these.
 */
export async function loadApprovers(
  reference: string,
  options: LoadApproversOptions = {},
): Promise<readonly Approver[]> {
  if (!/\.(?:ya?ml|json)$/.test(reference)) return [await loadApprover(reference, options)];
  const policy = Policy.safeParse(await readTaskConfig(reference, "approval policy"));
  if (!policy.success) {
    throw new UsageError({
      code: "RUNNER_APPROVAL",
      message: `The approval policy ${reference} can't be used: ${z.prettifyError(policy.error)}`,
      hint: 'Write a list "approvers" of name and tools.',
    });
  }
  return await Promise.all(
    policy.data.approvers.map(async ({ name, tools }) => ({
      ...(await loadApprover(name, options)),
      // A policy without tools leaves an approver's own.
      ...(tools !== undefined && { tools: [tools].flat() }),
    })),
  );
}

async function loadApprover(name: string, { human }: LoadApproversOptions): Promise<Approver> {
  if (name === "auto") return AUTO;
  if (name === "human") {
    if (human) return human;
    throw new UsageError({
      code: "RUNNER_APPROVAL",
      message: "There is no person to ask here.",
      hint: "Give loadApprovers one that asks a person, or use a module that decides.",
    });
  }
  const { default: value } = await importUserModule(name, {
    what: "approver",
    code: "RUNNER_APPROVAL",
    hint: "Give human, auto, a policy file, or an ES module such as ./my-approver.mjs.",
  });
  if (typeof value === "function") return { name: basename(name), approve: value as Approver["approve"] };
  if (isApprover(value)) return value;
  throw new UsageError({
    code: "RUNNER_APPROVAL",
    message: `${name} has no approver as its default export.`,
    hint: 'Write `export default ({ call }) => ({ decision: "approve" })`.',
  });
}

function isApprover(value: unknown): value is Approver {
  return typeof value === "object" && value !== null && "name" in value && "approve" in value;
}
