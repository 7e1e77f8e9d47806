/** Kubernetes replaces `$(NAME)` in commands, arguments and variables, and halves `$$`; this keeps them as written. */
export function escapeDollars(text: string): string {
  return text.replaceAll("$", "$$$$");
}
