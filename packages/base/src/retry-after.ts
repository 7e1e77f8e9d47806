/**
 * Seconds asked for by a Retry-After header, in its form as seconds or as a date; undefined when there is none or it is
 * neither.
 * @param now milliseconds since 1970.
 */
export function parseRetryAfter(value: string | null | undefined, now: number): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (/^\s*\d+(\.\d+)?\s*$/.test(value)) return Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1000);
}
