/** A sample as logs and results describe it, as far as its end goes. */
interface LimitedRow {
  readonly limit?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** How a sample ended that a limit or its own agent ended; undefined for neither. */
export function limitOf({ limit, metadata }: LimitedRow): string | undefined {
  const deed = metadata?.["ended_by_agent"];
  return limitWords(typeof deed === "string" ? deed : limit);
}

/** `disk limit`, `time limit`; what is a sentence of its own stays one. */
export function limitWords(limit: string | undefined): string | undefined {
  if (limit === undefined || limit.includes(" ")) return limit;
  return `${limit} limit`;
}
