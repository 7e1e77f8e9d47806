const BYTES = /^(\d+(?:\.\d+)?)\s*(b|k|kb|kib|m|mb|mib|g|gb|gib|t|tb|tib)?$/i;
const BYTE_UNITS: Record<string, number> = { b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };
const DURATION = /^(?:\d+(?:\.\d+)?(?:us|ms|s|m|h))+$/;
const DURATION_PART = /(\d+(?:\.\d+)?)(us|ms|s|m|h)/g;
const SECONDS: Record<string, number> = { us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };

/**
 * Bytes of a compose byte value: `512m`, `1.5gb`, `1073741824`. Units count in 1024, as in the Compose Specification.
 * @returns undefined when it is none.
 */
export function parseBytes(value: string | number): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) && value >= 0 ? Math.floor(value) : undefined;
  const match = BYTES.exec(value.trim());
  if (match === null) return undefined;
  const unit = (match[2] ?? "b").toLowerCase().charAt(0);
  return Math.floor(Number(match[1]) * (BYTE_UNITS[unit] ?? 1));
}

/**
 * Seconds of a compose duration: `1m30s`, `250ms`, `2h`.
 * @returns undefined when it is none.
 */
export function parseSeconds(value: string): number | undefined {
  const text = value.trim();
  if (!DURATION.test(text)) return undefined;
  let seconds = 0;
  for (const [, amount, unit] of text.matchAll(DURATION_PART)) seconds += Number(amount) * (SECONDS[unit ?? "s"] ?? 1);
  return seconds;
}
