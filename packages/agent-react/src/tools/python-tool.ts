import { z } from "zod";
import { defineTool, fenced, type ReactTool } from "../tool.js";
import { type CommandOptions, runToolCommand } from "./run-tool-command.js";

/** What {@link pythonTool} takes. */
export interface PythonToolOptions extends CommandOptions {
  /** @default "python" */
  readonly name?: string;
  readonly description?: string;
  /** What reads the code from standard input. @default ["bash", "--login", "-c", "python3 -"] */
  readonly interpreter?: readonly string[];
  readonly maxOutputBytes?: number;
}

const LOGIN_PYTHON = ["bash", "--login", "-c", "python3 -"];

/** Runs Python code in a fresh interpreter each time; nothing is kept between calls. */
export function pythonTool(options: PythonToolOptions = {}): ReactTool {
  const name = options.name ?? "python";
  return defineTool({
    name,
    description:
      options.description ??
      "Runs Python code in a new interpreter. Variables are not kept between calls, and only what the code prints is shown.",
    parameters: z.strictObject({ code: z.string().describe("The Python code to run.") }),
    maxOutputBytes: options.maxOutputBytes,
    view: ({ code }) => ({ title: name, format: "markdown", content: fenced("python", code) }),
    run: ({ code }, context) => runToolCommand([...(options.interpreter ?? LOGIN_PYTHON)], code, context, options),
  });
}
