/** A finite double as a sign and an exact ratio of integers, `numerator / 2^shift`. */
interface ExactDouble {
  readonly negative: boolean;
  readonly numerator: bigint;
  readonly shift: number;
}

const view = new DataView(new ArrayBuffer(8));

/** The exact value of a finite double. */
export function exactDouble(value: number): ExactDouble {
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const negative = bits >> 63n === 1n;
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const mantissa = biased === 0 ? fraction : fraction | 0x10000000000000n;
  const exponent = (biased === 0 ? 1 : biased) - 1075;
  return exponent >= 0
    ? { negative, numerator: mantissa << BigInt(exponent), shift: 0 }
    : { negative, numerator: mantissa, shift: -exponent };
}

/** `numerator / 2^shift * 10^places` rounded to an integer, ties to even. `places` may be negative. */
export function scaledHalfEven(exact: ExactDouble, places: number): bigint {
  let numerator = exact.numerator;
  let denominator = 1n << BigInt(exact.shift);
  if (places >= 0) numerator *= 10n ** BigInt(places);
  else denominator *= 10n ** BigInt(-places);
  const quotient = numerator / denominator;
  const twice = (numerator - quotient * denominator) * 2n;
  if (twice > denominator || (twice === denominator && (quotient & 1n) === 1n)) return quotient + 1n;
  return quotient;
}
