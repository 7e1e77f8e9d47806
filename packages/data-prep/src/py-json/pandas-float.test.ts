import { expect, it } from "vitest";
import { parsePandasFloat } from "./pandas-float.js";

it.each([
  // python3 -c "from pandas._libs.json import ujson_loads; print(repr(ujson_loads(...)))"
  ["0.00000000005", 4.9999999999999995e-11],
  ["-0.12345678905", -0.12345678904999999],
  ["0.7", 0.7000000000000001],
  ["0.3297", 0.3297],
  ["1234567.1234567891234", 1234567.1234567892],
  ["-1.7e-5", -1.7000000000000003e-5],
  ["2.5E+16", 2.5e16],
  ["-0.0", -0],
  ["1e400", Number.POSITIVE_INFINITY],
])("reads %s as pandas does", (text, expected) => {
  expect(parsePandasFloat(text)).toBe(expected);
});
