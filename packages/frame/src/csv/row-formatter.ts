import type { Cell, Column } from "../column.js";
import { cellText } from "../column.js";
import { OptionError } from "../errors.js";
import { pyFloatRepr } from "../python/float-repr.js";
import { percentFormat } from "../python/percent-format.js";
import type { WriteCsvOptions } from "./write-options.js";

/** Quotes text where Python's csv writer would. */
export class FieldQuoter {
  readonly separator: string;
  readonly quoting: NonNullable<WriteCsvOptions["quoting"]>;
  private readonly special: RegExp;

  constructor(options: WriteCsvOptions) {
    this.separator = options.separator ?? ",";
    this.quoting = options.quoting ?? "minimal";
    const lineEnd = options.lineEnd ?? "\n";
    const characters = [...new Set([this.separator, '"', ...lineEnd])];
    this.special = new RegExp(
      `[${characters.map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`).join("")}]`,
    );
  }

  /** A text cell, a name or a missing cell. */
  text(value: string): string {
    if (this.quoting === "all" || this.quoting === "nonnumeric") return quoted(value);
    if (!this.special.test(value)) return value;
    if (this.quoting === "none") {
      throw new OptionError(`${JSON.stringify(value.slice(0, 60))} needs quotes, but quoting is "none".`);
    }
    return quoted(value);
  }

  /** A number or boolean. */
  number(value: string): string {
    if (this.quoting === "nonnumeric") return value;
    return this.text(value);
  }

  /** A whole line: one empty field alone would look like a blank line, so it is quoted. */
  line(fields: readonly string[]): string {
    if (fields.length === 1 && fields[0] === "") return '""';
    return fields.join(this.separator);
  }
}

function quoted(value: string): string {
  return `"${value.includes('"') ? value.replaceAll('"', '""') : value}"`;
}

type CellFormatter = (row: number) => string;

/** Text of a column's cells, quoted as needed. */
export function cellFormatter(column: Column, quoter: FieldQuoter, options: WriteCsvOptions): CellFormatter {
  const { kind, data } = column;
  const missing = quoter.text(options.missingText ?? "");
  if (kind === "float64") {
    const values = data as Float64Array;
    const format = floatFormat(options);
    const plain =
      quoter.quoting === "nonnumeric" || (quoter.quoting === "minimal" && options.floatFormat === undefined);
    // A format makes texts of the numbers, which are then quoted as such.
    if (options.floatFormat !== undefined) {
      return (row) => (Number.isNaN(values[row]) ? missing : quoter.text(format(values[row]!)));
    }
    // Without a format no separator but a point, minus or letter could be special in a number's text.
    if (plain && ",;\t| ".includes(quoter.separator)) {
      return (row) => {
        const value = values[row]!;
        return Number.isNaN(value) ? missing : format(value);
      };
    }
    return (row) => {
      const value = values[row]!;
      return Number.isNaN(value) ? missing : quoter.number(format(value));
    };
  }
  if (kind === "object") {
    const cells = data as readonly Cell[];
    return (row) => {
      const cell = cells[row] as Cell;
      if (typeof cell === "string") return quoter.text(cell);
      return cell === null ? missing : quoter.number(cellText(cell));
    };
  }
  return (row) => quoter.number(column.text(row));
}

function floatFormat(options: WriteCsvOptions): (value: number) => string {
  const { floatFormat: wanted } = options;
  if (wanted === undefined) return pyFloatRepr;
  return typeof wanted === "string" ? percentFormat(wanted) : wanted;
}
