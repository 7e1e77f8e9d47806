/** Bits kept before the last rounding; the lowest one collects what was cut off. */
const QUOTIENT_BITS = 128n;

/** The mean as Python's `statistics.mean` gives it: summed without error, rounded once at the end. */
export function exactMean(values: readonly number[]): number {
  if (!values.every(Number.isFinite)) return values.reduce((sum, value) => sum + value, 0) / values.length;
  const parts = values.filter((value) => value !== 0).map(decompose);
  if (parts.length === 0) return 0;
  const lowest = Math.min(...parts.map(({ exponent }) => exponent));
  const sum = parts.reduce((total, { mantissa, exponent }) => total + (mantissa << BigInt(exponent - lowest)), 0n);
  if (sum === 0n) return 0;
  const count = BigInt(values.length);
  const magnitude = (sum < 0n ? -sum : sum) << QUOTIENT_BITS;
  const quotient = magnitude / count;
  const sticky = magnitude % count === 0n ? quotient : quotient | 1n;
  // Number() rounds half to even; 64 bits and one for the rest are enough for it to round as if it had seen all.
  const excess = Math.max(sticky.toString(2).length - 64, 0);
  const cut = sticky >> BigInt(excess);
  const rest = cut << BigInt(excess) === sticky ? cut : cut | 1n;
  const rounded = scale(Number(rest), excess + lowest - Number(QUOTIENT_BITS));
  return sum < 0n ? -rounded : rounded;
}

/** value · 2^exponent, in two steps so that neither leaves the range of doubles. */
function scale(value: number, exponent: number): number {
  const half = Math.trunc(exponent / 2);
  return value * 2 ** half * 2 ** (exponent - half);
}

/** A finite double as integer mantissa times a power of two. */
function decompose(value: number): { mantissa: bigint; exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const mantissa = biased === 0 ? fraction : fraction | 0x10000000000000n;
  return { mantissa: value < 0 ? -mantissa : mantissa, exponent: Math.max(biased, 1) - 1075 };
}
