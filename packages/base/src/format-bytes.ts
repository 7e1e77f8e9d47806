const UNITS = ["B", "kB", "MB", "GB", "TB"] as const;

/** A size for people, in powers of 1000: `0 B`, `532 B`, `1.5 GB`, `120 GB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  // 99.96 is 100 too: rounding must not bring back a decimal.
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}
