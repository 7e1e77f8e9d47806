import type { ToolCallContent } from "@mlebench/base/log-types";
import { z } from "zod";
import type { Clock } from "./clock.js";
import { ReactOptionsError, ToolError } from "./errors.js";
import type { ReactSandbox } from "./sandbox.js";
import { type ToolParameters, validateArguments, withDefaults } from "./validate-arguments.js";

/** What a running tool may use. */
export interface ToolContext {
  readonly sandbox: ReactSandbox;
  readonly callId: string;
  /** Aborted when a limit fires, the caller cancels, or a call beside this one crashed. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Begins a wait that is not working time (a queue, a lock); the returned function ends it. */
  startWait(): () => void;
}

/** A tool of the loop. Make one with `defineTool`. */
export interface ReactTool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema as the model gets it. */
  readonly parameters: ToolParameters;
  /** May run beside its neighbours in one turn; otherwise it waits for those before and holds up those after. */
  readonly parallel: boolean;
  /** Longest output in bytes; 0 for no limit, absent for the loop's. */
  readonly maxOutputBytes?: number;
  /** The first result without error is the answer, and the loop ends. */
  readonly submits: boolean;
  view?(args: Readonly<Record<string, unknown>>): ToolCallContent;
  /**
   * @returns the text for the model.
   * @throws ToolError for what the model should hear about; anything else ends the run.
   */
  run(args: Readonly<Record<string, unknown>>, context: ToolContext): Promise<string>;
}

/** What {@link defineTool} takes. */
export interface DefineToolOptions<Shape extends z.ZodObject>
  extends Pick<ReactTool, "name" | "description" | "maxOutputBytes"> {
  /** A zod object; `z.strictObject` refuses arguments it does not know, which is what Inspect's tools do. */
  readonly parameters: Shape;
  /** @default true */
  readonly parallel?: boolean;
  /** @default false */
  readonly submits?: boolean;
  readonly view?: (args: z.infer<Shape>) => ToolCallContent;
  readonly run: (args: z.infer<Shape>, context: ToolContext) => Promise<string> | string;
}

/**
 * Makes a tool from a zod object and a function.
 * Arguments are first checked against the JSON Schema (its complaints are what models of an Inspect run see) and then
 * parsed by zod, which fills in defaults, coerces and refines.
 */
export function defineTool<Shape extends z.ZodObject>(options: DefineToolOptions<Shape>): ReactTool {
  const parameters = jsonSchema(options.name, options.parameters);
  const { view } = options;
  return {
    name: options.name,
    description: options.description,
    parameters,
    parallel: options.parallel ?? true,
    submits: options.submits ?? false,
    maxOutputBytes: options.maxOutputBytes,
    view:
      view &&
      ((args) => {
        const parsed = options.parameters.safeParse(args);
        if (parsed.success) return view(parsed.data);
        return { title: options.name, format: "markdown", content: fenced(options.name, options.name) };
      }),
    async run(args, context) {
      const mistakes = validateArguments(args, parameters);
      if (mistakes !== undefined) throw new ToolError(mistakes, { type: "parsing" });
      const parsed = options.parameters.safeParse(withDefaults(args, parameters));
      if (!parsed.success) throw new ToolError(z.prettifyError(parsed.error), { type: "parsing" });
      return options.run(parsed.data, context);
    },
  };
}

/** A code block for people, in the language given. */
export function fenced(language: string, code: string): string {
  return `\`\`\`${language}\n${code}\n\`\`\`\n`;
}

function jsonSchema(tool: string, shape: z.ZodObject): ToolParameters {
  const { $schema: _, ...schema } = z.toJSONSchema(shape, { io: "input", target: "draft-7" });
  if (schema.type !== "object" || schema.properties === undefined) {
    throw new ReactOptionsError(`The parameters of ${tool} are not an object.`, "Use z.strictObject({ ... }).");
  }
  return schema as ToolParameters;
}
