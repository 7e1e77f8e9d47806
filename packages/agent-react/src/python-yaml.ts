import { parse, type ScalarTag } from "yaml";

const tag = (name: string, test: RegExp, resolve: (text: string) => unknown): ScalarTag => ({
  default: true,
  tag: `tag:yaml.org,2002:${name}`,
  test,
  resolve,
});

/** The plain words that Python's YAML takes for something other than text. Dates stay text: JSON has none. */
const PYTHON_SCALARS: ScalarTag[] = [
  tag("null", /^(?:~|null|Null|NULL)?$/, () => null),
  tag("bool", /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/, () => true),
  tag("bool", /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/, () => false),
  tag("int", /^[-+]?0b[01_]*[01][01_]*$/, (text) => based(text, 2)),
  tag("int", /^[-+]?0[0-7_]*[0-7]_*$/, (text) => based(text, 8)),
  tag("int", /^[-+]?0x[0-9a-fA-F_]*[0-9a-fA-F][0-9a-fA-F_]*$/, (text) => based(text, 16)),
  tag("int", /^[-+]?(?:0|[1-9][0-9_]*)$/, (text) => based(text, 10)),
  tag("int", /^[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+$/, sexagesimal),
  tag("float", /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+][0-9]+)?$/, (text) => based(text, 10)),
  tag("float", /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*$/, sexagesimal),
];

/**
 * Reads YAML as Python's `yaml.safe_load` does: `yes` is true, but `y`, `1e3` and `08` are text.
 * @throws when the text is not YAML.
 */
export function parsePythonYaml(text: string): unknown {
  return parse(text, { schema: "failsafe", customTags: PYTHON_SCALARS, logLevel: "error" }) ?? null;
}

function based(text: string, base: number): number {
  const plain = text.replaceAll("_", "").toLowerCase();
  if (base === 10) return Number(plain);
  const sign = plain.startsWith("-") ? -1 : 1;
  return sign * Number.parseInt(plain.replace(/^[-+]?0?[bx]?/, "") || "0", base);
}

/** `1:30:00` counts in sixties. */
function sexagesimal(text: string): number {
  const sign = text.startsWith("-") ? -1 : 1;
  const parts = text.replace(/^[-+]/, "").replaceAll("_", "").split(":");
  return sign * parts.reduce((sum, part) => sum * 60 + Number(part), 0);
}
