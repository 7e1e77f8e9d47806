export type { Cell, ColumnKind } from "./column.js";
export { Column, cellKey, cellText } from "./column.js";
export type { RequestedKind } from "./csv/convert-column.js";
export type { CsvEncoding } from "./csv/encodings.js";
export { DEFAULT_MISSING_WORDS } from "./csv/missing-words.js";
export type { FloatPrecision } from "./csv/number-scanner.js";
export { parseCsv, readCsv } from "./csv/read-csv.js";
export type { ReadCsvOptions } from "./csv/read-options.js";
export { readCsvChunks } from "./csv/stream/read-csv-chunks.js";
export type { CsvScan, ScannedColumn } from "./csv/stream/scan-csv.js";
export { scanCsv } from "./csv/stream/scan-csv.js";
export type { SplitOptions, SplitOutput } from "./csv/stream/split-csv.js";
export { splitCsv } from "./csv/stream/split-csv.js";
export type { CsvWriter } from "./csv/write-csv.js";
export { createCsvWriter, toCsv, writeCsv } from "./csv/write-csv.js";
export type { WriteCsvOptions } from "./csv/write-options.js";
export type { DataFrameOptions, IndexLevel, Row } from "./data-frame.js";
export { concat, DataFrame } from "./data-frame.js";
export type { FrameErrorCode } from "./errors.js";
export {
  ColumnMissingError,
  ComparisonError,
  ConversionError,
  EmptyDataError,
  FrameError,
  OptionError,
  ParserError,
  ShapeError,
  TextEncodingError,
} from "./errors.js";
export type { Group, GroupByOptions } from "./group-by.js";
export { groupRows } from "./group-by.js";
export type { MergeOptions } from "./merge.js";
export { merge } from "./merge.js";
export type { OneHotOptions } from "./one-hot.js";
export { oneHot, withOneHot } from "./one-hot.js";
export { pyFloatRepr } from "./python/float-repr.js";
export { parsePyFloat, parsePyInt } from "./python/parse-number.js";
export { percentFormat } from "./python/percent-format.js";
export { pyRound } from "./python/round.js";
export { pySplit, pyStrip } from "./python/whitespace.js";
export { compareCells, compareCodePoints } from "./sort/compare-cells.js";
export { numpyArgsort } from "./sort/numpy-argsort.js";
export type { SortOptions } from "./sort/sort-order.js";
export { sortOrder } from "./sort/sort-order.js";
