import { CodedError } from "@mlebench/base";

/** Stable codes of everything this package throws. */
export type FrameErrorCode =
  | "FRAME_CSV_MALFORMED"
  | "FRAME_CSV_EMPTY"
  | "FRAME_TEXT_ENCODING"
  | "FRAME_COLUMN_MISSING"
  | "FRAME_CONVERSION"
  | "FRAME_COMPARISON"
  | "FRAME_SHAPE"
  | "FRAME_OPTION";

/** Base of all errors of this package. */
export class FrameError extends CodedError<FrameErrorCode> {
  static override readonly packageName = "@mlebench/frame";
}

/** The text is not a table: too many fields in a row, or an unclosed quote. pandas' `ParserError`. */
export class ParserError extends FrameError {
  constructor(message: string) {
    super({
      code: "FRAME_CSV_MALFORMED",
      message: `Error tokenizing data: ${message}`,
      hint: "Look at the named line: a stray quote or separator is the usual reason.",
    });
  }
}

/** There is no header and no row. pandas' `EmptyDataError`. */
export class EmptyDataError extends FrameError {
  constructor() {
    super({
      code: "FRAME_CSV_EMPTY",
      message: "No columns to parse from file",
      hint: "The file is empty or holds only blank lines.",
    });
  }
}

/** Bytes that the named encoding does not have. Python's `UnicodeDecodeError`. */
export class TextEncodingError extends FrameError {
  readonly encoding: string;
  readonly byteOffset: number;

  constructor(encoding: string, byteOffset: number) {
    super({
      code: "FRAME_TEXT_ENCODING",
      message: `Byte ${byteOffset} does not belong to valid ${encoding} text.`,
      hint: "Save the file as UTF-8, or pass its encoding.",
    });
    this.encoding = encoding;
    this.byteOffset = byteOffset;
  }
}

/** A column that the table does not have. pandas' `KeyError`. */
export class ColumnMissingError extends FrameError {
  constructor(name: string, available: readonly string[]) {
    const shown = available.slice(0, 20).join(", ");
    super({
      code: "FRAME_COLUMN_MISSING",
      message: `There is no column ${JSON.stringify(name)}; the table has: ${shown}${available.length > 20 ? ", ..." : ""}.`,
      hint: "Names are case sensitive and blanks count.",
    });
  }
}

/** A value that cannot become the wanted type. Python's `ValueError` of a conversion. */
export class ConversionError extends FrameError {
  constructor(message: string, hint?: string) {
    super({ code: "FRAME_CONVERSION", message, hint });
  }
}

/** Two values that have no order, such as text and a number. Python's `TypeError` of `<`. */
export class ComparisonError extends FrameError {
  constructor(message: string) {
    super({ code: "FRAME_COMPARISON", message, hint: "Give all cells of the column one type first." });
  }
}

/** Columns of different length, or rows that do not exist. */
export class ShapeError extends FrameError {
  constructor(message: string) {
    super({ code: "FRAME_SHAPE", message });
  }
}

/** An option that makes no sense. */
export class OptionError extends FrameError {
  constructor(message: string, hint?: string) {
    super({ code: "FRAME_OPTION", message, hint });
  }
}
