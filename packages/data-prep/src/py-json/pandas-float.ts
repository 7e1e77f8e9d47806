/** Decimals that pandas' `read_json` looks at; the others are skipped. */
const MOST_DECIMALS = 15;
const SCALES = Float64Array.from({ length: MOST_DECIMALS + 1 }, (_, decimals) => Number(`1e-${decimals}`));

/**
 * A JSON number with a point or an exponent as pandas' `read_json` makes it unless told to be precise: whole part, decimals
 * and exponent are put together in double arithmetic, so the last bits may differ from a correct parse.
 */
export function parsePandasFloat(text: string): number {
  const [mantissa = "", exponent] = text.toLowerCase().split("e");
  const [whole = "", decimals = ""] = mantissa.replace("-", "").split(".");
  const used = decimals.slice(0, MOST_DECIMALS);
  // Fifteen digits are a whole number that a double holds, as is every step of adding them up.
  const magnitude = Number(whole) + Number(used) * SCALES[used.length]!;
  const value = mantissa.startsWith("-") ? -magnitude : magnitude;
  return exponent === undefined ? value : value * Number(`1e${Number(exponent)}`);
}
