import { percentFormat } from "@mlebench/frame";
import { JsonObject } from "./json-object.js";
import { PyFloat, type PyJson, SHORT_ESCAPES } from "./parse-py-json.js";

/** Decimals that pandas' `to_json` keeps. */
const DECIMALS = 10;
const SCALE = 10 ** DECIMALS;
const generalFormat = percentFormat("%.10g");

/**
 * A value as pandas' `to_json` writes it: no blanks, non-ASCII characters and `/` escaped, floats with at most ten
 * decimals and at least one.
 */
export function toPandasJson(value: PyJson): string {
  if (value === null) return "null";
  if (typeof value === "string") return pandasJsonString(value);
  if (typeof value === "boolean" || typeof value === "bigint") return String(value);
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : pandasJsonFloat(value);
  if (value instanceof PyFloat) return Number.isFinite(value.value) ? pandasJsonFloat(value.value) : "null";
  if (value instanceof JsonObject) {
    const members = Array.from(value.entries(), ([key, item]) => `${pandasJsonString(key)}:${toPandasJson(item)}`);
    return `{${members.join(",")}}`;
  }
  return `[${value.map(toPandasJson).join(",")}]`;
}

function pandasJsonString(text: string): string {
  // DEL stays as it is, other controls and everything beyond ASCII are escaped by code unit.
  const escaped = text.replace(/["\\/\u0000-\u001f\u0080-\uffff]/g, (character) => {
    return SHORT_ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  return `"${escaped}"`;
}

/** pandas' own decimal printing: the sign is kept although all digits may be zero, halves go to odd or zero. */
function pandasJsonFloat(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude > 1e16 - 1 || (value !== 0 && magnitude < 1e-15)) return generalFormat(value);
  let whole = Math.floor(magnitude);
  const scaled = (magnitude - whole) * SCALE;
  let fraction = Math.floor(scaled);
  const rest = scaled - fraction;
  if (rest > 0.5 || (rest === 0.5 && (fraction === 0 || fraction % 2 === 1))) fraction++;
  if (fraction >= SCALE) {
    whole++;
    fraction = 0;
  }
  const digits = String(fraction).padStart(DECIMALS, "0").replace(/0+$/, "");
  return `${value < 0 ? "-" : ""}${whole}.${digits === "" ? "0" : digits}`;
}
