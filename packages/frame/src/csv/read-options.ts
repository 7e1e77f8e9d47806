import type { RequestedKind } from "./convert-column.js";
import type { CsvEncoding } from "./encodings.js";
import type { FloatPrecision } from "./number-scanner.js";

/** How to read a CSV; every default is that of pandas' `read_csv`, except floats, which are parsed exactly. */
export interface ReadCsvOptions {
  /** Separator, one ASCII character. @default "," */
  readonly separator?: string;
  /** Quote character; null takes quotes as text (`quoting=3`). @default '"' */
  readonly quote?: string | null;
  /** Line (blank ones not counted) that holds the names; null when there is none. @default 0, with `names` null */
  readonly header?: number | null;
  /** Names for a file without them; with `header: 0`, in place of the file's own. */
  readonly names?: readonly string[];
  /** Types: one for all columns or by name. Others are inferred. */
  readonly dtype?: RequestedKind | Readonly<Record<string, RequestedKind>>;
  /**
   * Column that becomes the row index, by name or position; several make a multi-level one. `false` never makes an index of
   * surplus leading fields. By default such fields, when every row has more than the header, are the index.
   */
  readonly indexColumn?: string | number | readonly (string | number)[] | false;
  /** Only these columns, by name or position, in the file's order. */
  readonly columns?: readonly (string | number)[];
  readonly encoding?: CsvEncoding;
  /** More words for missing values. */
  readonly naValues?: readonly string[] | Readonly<Record<string, readonly string[]>>;
  /** Take pandas' usual words (`NA`, `null`, the empty text, ...) as missing. @default true */
  readonly keepDefaultNa?: boolean;
  /** `false`: nothing is missing. @default true */
  readonly naFilter?: boolean;
  /** `"high"` is the parser pandas uses unless told otherwise; its last digit may be off. @default "round_trip" */
  readonly floatPrecision?: FloatPrecision;
  /** Infer types per block of rows as pandas does, so that large files may have mixed columns. @default true */
  readonly lowMemory?: boolean;
  /** Lines to ignore at the beginning. @default 0 */
  readonly skipLines?: number;
  /** Read at most so many rows. */
  readonly maxRows?: number;
  /** Refuse a table with more columns, before its first row is read: each column of each block of rows takes memory. */
  readonly maxColumns?: number;
  /** Refuse a table with more fields in all; a field takes some forty bytes of memory, however short it is. */
  readonly maxFields?: number;
}
