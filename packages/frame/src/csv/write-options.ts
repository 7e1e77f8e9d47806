/** How to write a CSV; every default is that of pandas' `to_csv`, except that the index is only written when asked for. */
export interface WriteCsvOptions {
  /** Write the row labels as first columns. @default false */
  readonly index?: boolean;
  /** Write the line of names. @default true */
  readonly header?: boolean;
  /** @default "," */
  readonly separator?: string;
  /** What to quote; `"nonnumeric"` quotes text and missing cells, `"none"` fails on text that would need it. @default "minimal" */
  readonly quoting?: "minimal" | "all" | "nonnumeric" | "none";
  /** Text of a missing cell. @default "" */
  readonly missingText?: string;
  /** printf format such as `%.6f`, or a function, for the values of float columns. */
  readonly floatFormat?: string | ((value: number) => string);
  /** Only these columns, in this order. */
  readonly columns?: readonly string[];
  /** @default "\n" */
  readonly lineEnd?: string;
}
