import { messageOf } from "@mlebench/base";
import { z } from "zod";
import { ModelScriptError } from "../errors.js";

const RegexSchema = z.string().superRefine((source, context) => {
  try {
    new RegExp(source);
  } catch (error) {
    context.addIssue({ code: "custom", message: messageOf(error) });
  }
});

const WhenSchema = z.strictObject({
  /** Regular expression on the last message (a tool's result or the user's text). */
  last: RegexSchema.optional(),
  /** Regular expression on the first user message. */
  input: RegexSchema.optional(),
  /** Regular expression on everything said so far. */
  any: RegexSchema.optional(),
  /** Number of the turn, from 1. */
  turn: z.number().int().positive().optional(),
});

const ErrorSchema = z.strictObject({
  /** HTTP status; without one the connection counts as cut. */
  status: z.number().int().optional(),
  message: z.string().optional(),
  retryAfterSeconds: z.number().nonnegative().optional(),
  /** How often the same request fails before it is answered. @default always */
  times: z.number().int().positive().optional(),
});

const UsageSchema = z.strictObject({
  input_tokens: z.number().int().nonnegative().optional(),
  output_tokens: z.number().int().nonnegative().optional(),
  input_tokens_cache_read: z.number().int().nonnegative().optional(),
  input_tokens_cache_write: z.number().int().nonnegative().optional(),
  reasoning_tokens: z.number().int().nonnegative().optional(),
});

const TurnSchema = z.strictObject({
  text: z.string().optional(),
  reasoning: z.string().optional(),
  toolCalls: z
    .array(
      z.strictObject({
        name: z.string(),
        /** An object, or the raw text as a model might write it. */
        arguments: z.union([z.record(z.string(), z.unknown()), z.string()]),
        id: z.string().optional(),
      }),
    )
    .optional(),
  /** Short for a call of the bash tool. */
  bash: z.string().optional(),
  /** Short for a call of the python tool. */
  python: z.string().optional(),
  /** Short for a call of the submit tool. */
  submit: z.string().optional(),
  /** Seconds of thinking. */
  delaySeconds: z.number().nonnegative().optional(),
  usage: UsageSchema.optional(),
  stopReason: z.enum(["stop", "max_tokens", "model_length", "tool_calls", "content_filter", "unknown"]).optional(),
  error: ErrorSchema.optional(),
  when: WhenSchema.optional(),
});

const PartSchema = z.strictObject({
  when: WhenSchema.optional(),
  /** One per answer, in order; a list in the list is a choice by `when`, the first that fits. */
  turns: z.array(z.union([TurnSchema, z.array(TurnSchema).min(1)])).default([]),
  /** Before the turns: the first whose `when` fits is the answer. */
  rules: z.array(TurnSchema.required({ when: true })).default([]),
  /** After the last turn: fail, say the last one again, or submit. */
  end: z.enum(["error", "repeat", "submit"]).default("error"),
});

const ScriptSchema = PartSchema.extend({
  /** Usage of turns that name none. */
  usage: UsageSchema.optional(),
  /** Scripts for some tasks only: the first whose `when` fits replaces turns, rules and end. */
  scripts: z.array(PartSchema).default([]),
});

/** One answer of a mock model. */
export type MockTurn = z.infer<typeof TurnSchema>;
export type MockWhen = z.infer<typeof WhenSchema>;
/** What a mock model says, turn by turn. */
export type MockScript = z.infer<typeof ScriptSchema>;
/** A script as a person writes it, with everything optional left out. */
export type MockScriptInput = z.input<typeof ScriptSchema>;

/** What a script function gets to see. */
export interface MockContext {
  /** From 1. */
  readonly turn: number;
  /** Text of the last message. */
  readonly last: string;
  /** Text of the first user message. */
  readonly input: string;
  /** Every message's role and text. */
  readonly messages: ReadonlyArray<{ readonly role: string; readonly text: string }>;
}

/** A script in JavaScript; `undefined` means it is over. */
export type MockFunction = (context: MockContext) => MockTurn | undefined | Promise<MockTurn | undefined>;

/** Checks a script. @param source named in the message of a wrong one. */
export function parseMockScript(source: string, value: unknown): MockScript {
  const parsed = ScriptSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ModelScriptError(
    `The mock script ${source} cannot be used: ${z.prettifyError(parsed.error)}`,
    "A script has `turns`, each with text, bash, python, submit, toolCalls, delaySeconds, usage, stopReason, error or when.",
  );
}

/** Checks the answer of a script function. */
export function parseMockTurn(source: string, value: unknown): MockTurn {
  const parsed = TurnSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ModelScriptError(
    `The mock script ${source} gave a turn that cannot be used: ${z.prettifyError(parsed.error)}`,
    "Give text, bash, python, submit, toolCalls, delaySeconds, usage, stopReason or error.",
  );
}
