import { exactDouble, scaledHalfEven } from "./decimal-expansion.js";

/**
 * Python's `round(x, digits)`: the exact binary value rounded to a decimal, ties to even, and read back as a double.
 * @param digits decimals to keep; negative values round before the point. @default 0
 * @returns NaN and infinities as they are; the sign of zero is kept.
 */
export function pyRound(value: number, digits = 0): number {
  if (!Number.isFinite(value) || value === 0) return value;
  // Beyond these no rounding is visible, as in CPython: the value has no such digits, or is all rounding error.
  if (digits > 323) return value;
  if (digits < -308) return value < 0 ? -0 : 0;
  const exact = exactDouble(value);
  const scaled = scaledHalfEven(exact, digits);
  const magnitude = Number(`${scaled}e${-digits}`);
  return exact.negative ? -magnitude : magnitude;
}
