import { OptionError } from "../errors.js";
import { exactDouble, scaledHalfEven } from "./decimal-expansion.js";

type NumberFormatter = (value: number) => string;

const PATTERN = /^([^%]*)%([-+ 0]*)(\d*)(?:\.(\d*))?([fFeEgGd])([^%]*)$/;

/**
 * Compiles a printf format for one number, such as `%.10f` or `%.6g`, into a function that writes what Python writes:
 * digits of the exact binary value, ties to even.
 * @throws OptionError for formats that are not one number.
 */
export function percentFormat(format: string): NumberFormatter {
  const match = PATTERN.exec(format.replaceAll("%%", "\u0000"));
  if (!match) throw new OptionError(`${JSON.stringify(format)} is not a format of one number.`, "Use one like %.6f.");
  const [, before = "", flags = "", widthText = "", precisionText, conversion = "f", after = ""] = match;
  const width = Number(widthText || 0);
  const precision = precisionText === undefined ? 6 : Number(precisionText || 0);
  const prefix = before.replaceAll("\u0000", "%");
  const suffix = after.replaceAll("\u0000", "%");
  const upper = conversion === conversion.toUpperCase();
  return (value) => {
    const negative = value < 0 || Object.is(value, -0);
    const sign = negative ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
    let body = magnitudeText(Math.abs(value), conversion.toLowerCase(), precision);
    if (upper) body = body.toUpperCase();
    const missing = Math.max(0, width - sign.length - body.length);
    if (flags.includes("-")) return `${prefix}${sign}${body}${" ".repeat(missing)}${suffix}`;
    if (flags.includes("0") && Number.isFinite(value)) return `${prefix}${sign}${"0".repeat(missing)}${body}${suffix}`;
    return `${prefix}${" ".repeat(missing)}${sign}${body}${suffix}`;
  };
}

function magnitudeText(value: number, conversion: string, precision: number): string {
  if (Number.isNaN(value)) return "nan";
  if (value === Number.POSITIVE_INFINITY) return "inf";
  if (conversion === "d") return String(BigInt(Math.trunc(value)));
  if (conversion === "f") return fixed(value, precision);
  if (conversion === "e") return exponential(value, precision);
  return general(value, precision === 0 ? 1 : precision);
}

function fixed(value: number, precision: number): string {
  const digits = String(scaledHalfEven(exactDouble(value), precision));
  if (precision === 0) return digits;
  const padded = digits.padStart(precision + 1, "0");
  return `${padded.slice(0, -precision)}.${padded.slice(-precision)}`;
}

/** `precision + 1` significant digits and the decimal exponent of the first, after rounding. */
function significant(value: number, precision: number): { readonly digits: string; readonly exponent: number } {
  if (value === 0) return { digits: "0".repeat(precision + 1), exponent: 0 };
  const exact = exactDouble(value);
  const text = value.toExponential();
  let exponent = Number(text.slice(text.indexOf("e") + 1));
  let digits = String(scaledHalfEven(exact, precision - exponent));
  if (digits.length > precision + 1) {
    exponent += 1;
    digits = String(scaledHalfEven(exact, precision - exponent));
  }
  return { digits, exponent };
}

function exponentText(exponent: number): string {
  return `e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

function exponential(value: number, precision: number): string {
  const { digits, exponent } = significant(value, precision);
  const fraction = precision === 0 ? "" : `.${digits.slice(1)}`;
  return `${digits[0]}${fraction}${exponentText(exponent)}`;
}

function general(value: number, precision: number): string {
  const { digits, exponent } = significant(value, precision - 1);
  const trim = (text: string) => (!text.includes(".") ? text : text.replace(/\.?0+$/, ""));
  if (exponent < -4 || exponent >= precision) {
    const mantissa = digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits;
    return `${trim(mantissa)}${exponentText(exponent)}`;
  }
  if (exponent < 0) return trim(`0.${"0".repeat(-exponent - 1)}${digits}`);
  const whole = digits.slice(0, exponent + 1);
  const rest = digits.slice(exponent + 1);
  return trim(rest === "" ? whole : `${whole}.${rest}`);
}
