import { CodedError, type CodedErrorOptions, codeOf, type ErrorKind, messageOf } from "@mlebench/base";
import { hintOf, stackOf } from "../describe-error.js";

/** An error on its way to another process. */
export interface RaisedError {
  readonly code?: string;
  readonly message: string;
  readonly hint?: string;
  readonly kind?: ErrorKind;
  readonly stack?: string;
}

/** What another process may know of an error: message, code, hint, and the stacks of it and its causes. */
export function raisedError(error: unknown): RaisedError {
  return {
    message: messageOf(error),
    code: codeOf(error),
    hint: hintOf(error),
    kind: CodedError.is(error) ? error.kind : undefined,
    stack: error instanceof Error ? stackOf(error) : undefined,
  };
}

/**
 * What an error in this process is made of that stands for one in another; its cause has the stack there.
 * @param code for one that has none.
 */
export function fromRaised({ message, stack, ...rest }: RaisedError, code: string): CodedErrorOptions {
  const cause = new Error(message);
  cause.stack = stack ?? message;
  return { ...rest, code: rest.code ?? code, message, cause };
}
