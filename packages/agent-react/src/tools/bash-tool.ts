import { z } from "zod";
import { defineTool, fenced, type ReactTool } from "../tool.js";
import { type CommandOptions, runToolCommand } from "./run-tool-command.js";

/** What {@link bashTool} takes. */
export interface BashToolOptions extends CommandOptions {
  /** @default "bash" */
  readonly name?: string;
  readonly description?: string;
  /** What goes before the command. @default ["bash", "--login", "-c"] */
  readonly shell?: readonly string[];
  readonly maxOutputBytes?: number;
}

const LOGIN_SHELL = ["bash", "--login", "-c"];

/** Runs a command in a fresh shell each time. Name, description and schema are those of Inspect's tool. */
export function bashTool(options: BashToolOptions = {}): ReactTool {
  const name = options.name ?? "bash";
  return defineTool({
    name,
    description: options.description ?? "Use this function to execute bash commands.",
    parameters: z.strictObject({ command: z.string().describe("The bash command to execute.") }),
    maxOutputBytes: options.maxOutputBytes,
    view: ({ command }) => ({ title: name, format: "markdown", content: fenced("bash", command) }),
    run: ({ command }, context) =>
      runToolCommand([...(options.shell ?? LOGIN_SHELL), command], undefined, context, options),
  });
}
