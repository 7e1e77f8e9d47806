/**
 * Text of a double as Python's `repr` and `str` write it: the shortest digits that read back as the same double,
 * always with a point or an exponent, exponent form below 1e-4 and from 1e16.
 * @returns for example `1.0`, `1e-05`, `1e+16`, `-0.0`, `nan`, `inf`.
 */
export function pyFloatRepr(value: number): string {
  const text = String(value);
  const magnitude = Math.abs(value);
  if (magnitude >= 1e-4 && magnitude < 1e16) return text.includes(".") ? text : `${text}.0`;
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  if (Number.isNaN(value)) return "nan";
  if (magnitude === Number.POSITIVE_INFINITY) return value > 0 ? "inf" : "-inf";
  // Both languages choose the same digits; only the place of the point and the exponent's two digits differ.
  const exponential = value.toExponential();
  const cut = exponential.indexOf("e");
  const digits = exponential.slice(cut + 2);
  return `${exponential.slice(0, cut)}e${exponential[cut + 1]}${digits.length < 2 ? `0${digits}` : digits}`;
}
