/** An error on its way to another process. */
export interface RaisedError {
  readonly code?: string;
  readonly message: string;
  readonly hint?: string;
  readonly stack?: string;
}

/** What another process may know of an error: message, code, hint, and the stacks of it and its causes. */
export function raisedError(error: unknown): RaisedError {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code, hint } = error as { code?: unknown; hint?: unknown };
  return {
    message: error.message,
    ...(typeof code === "string" ? { code } : {}),
    ...(typeof hint === "string" ? { hint } : {}),
    stack: stacks(error),
  };
}

/** The error's stack in the other process, for the `cause` of an error in this one. */
export function causeOf({ message, stack }: RaisedError): Error {
  const cause = new Error(message);
  cause.stack = stack ?? message;
  return cause;
}

function stacks(error: Error): string {
  const stack = error.stack ?? error.message;
  return error.cause instanceof Error ? `${stack}\nCaused by: ${stacks(error.cause)}` : stack;
}
