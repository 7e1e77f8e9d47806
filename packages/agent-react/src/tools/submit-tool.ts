import { z } from "zod";
import { defineTool, type ReactTool } from "../tool.js";

/** What {@link submitTool} takes. */
export interface SubmitToolOptions {
  /** @default "submit" */
  readonly name?: string;
  readonly description?: string;
}

/**
 * Ends the loop with an answer. Its result is never cut. Name, description and schema are those of Inspect's tool, but a
 * model that hands in without a word has handed in all the same: what counts lies in the sandbox.
 */
export function submitTool(options: SubmitToolOptions = {}): ReactTool {
  const tool = defineTool({
    name: options.name ?? "submit",
    description: options.description ?? "Submit an answer for evaluation.",
    parameters: z.strictObject({ answer: z.string().describe("Submitted answer") }),
    parallel: false,
    submits: true,
    maxOutputBytes: 0,
    run: ({ answer }) => answer,
  });
  return { ...tool, run: (args, context) => tool.run({ ...args, answer: args["answer"] ?? "" }, context) };
}
