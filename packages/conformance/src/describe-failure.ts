/** An error and what caused it, with the lines of code where they were thrown. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\n    because of ${describeFailure(error.cause)}`;
}
