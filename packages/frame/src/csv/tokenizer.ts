import { ParserError } from "../errors.js";

interface TokenizerOptions {
  /** Separator, one byte. */
  readonly delimiter: number;
  /** Quote, one byte; -1 when quotes are plain text. */
  readonly quote: number;
  /** Index of the header line, -1 without one: lines up to the one below it may have any number of fields. */
  readonly headerEnd: number;
  /** Fields that every line is expected to have at least, -1 when unknown. */
  readonly expectedFields: number;
  /** Let lines with too many fields pass, as pandas does when columns are chosen by `usecols`. */
  readonly acceptLongLines: boolean;
  /** Leading lines of the file to ignore. */
  readonly skipLines: number;
}

const START_RECORD = 0;
const START_FIELD = 1;
const EAT_CRNL = 2;
const EAT_CRNL_NOP = 3;
const WHITESPACE_LINE = 4;
const SKIPPED_LINE = 5;

const REPEATABLE_LINES = 4;

/** More fields in a line than any table has columns: a file of separators alone would fill the memory. */
const MOST_FIELDS = 2 ** 20;

const LF = 10;
const CR = 13;
const BLANK = 32;
const TAB = 9;

/**
 * The line and field rules of pandas' C tokenizer over a window of bytes. Fields are ranges of the window; those whose
 * text is not contiguous there (doubled quotes, text after a closing quote) lie in `scratch` and have a negative start `~offset`.
 *
 * It works in steps: `tokenize` goes on until the wanted number of lines is complete ("lines"), the window is used up
 * ("more": append bytes and call again) or the file has ended ("end").
 */
export class Tokenizer {
  window: Uint8Array = new Uint8Array(0);
  /** End of the valid bytes in the window. */
  limit = 0;
  /** Next byte to look at. */
  position = 0;
  scratch: Uint8Array = new Uint8Array(1024);
  starts = new Int32Array(1024);
  ends = new Int32Array(1024);
  /** First field of each complete line, and of the one that follows. */
  lineStarts = new Int32Array(256);
  /** Complete lines in the arrays. */
  lines = 0;

  private fields = 0;
  private scratchLength = 0;
  private state = START_RECORD;
  private fileLines = 0;
  /** Lines before the arrays that pandas still has in its buffer: the header, later the last line of the block before. */
  private linesBefore = 0;
  private previousFields = -1;
  /** pandas cannot look back beyond the place where it last stopped. */
  private floor = 0;

  constructor(private options: TokenizerOptions) {}

  /** Lines of the file that were passed so far, blank ones included. */
  get fileLine(): number {
    return this.fileLines;
  }

  setOptions(options: Partial<TokenizerOptions>): void {
    this.options = { ...this.options, ...options };
  }

  /** Forgets all complete lines; returns the window offset from which bytes are still needed. */
  consume(): number {
    const first = this.lineStarts[this.lines]!;
    const kept = this.fields - first;
    // Only empty fields can be left over: a separator directly behind a lone carriage return.
    for (let index = 0; index < kept; index += 1) this.setField(index, 0, 0);
    this.fields = kept;
    this.lines = 0;
    this.lineStarts[0] = 0;
    this.scratchLength = 0;
    return this.position;
  }

  /** As pandas keeps them: after a block its last line stays in the buffer when there is a header. */
  startNextBlock(linesBefore: number): void {
    this.linesBefore = linesBefore;
    if (linesBefore === 0) this.previousFields = -1;
  }

  /** Tells that the window was moved so that `offset` is its new beginning. */
  rebase(offset: number): void {
    this.position -= offset;
    this.limit -= offset;
    this.floor = Math.max(0, this.floor - offset);
  }

  tokenize(wantedLines: number, atEnd: boolean): "lines" | "more" | "end" {
    const { delimiter, quote, skipLines } = this.options;
    const highest = Math.max(delimiter, CR);
    const window = this.window;
    const limit = this.limit;
    let position = this.position;
    let state = this.state;
    if (this.lines >= wantedLines) return "lines";

    scan: while (position < limit) {
      const byte = window[position]!;
      switch (state) {
        case EAT_CRNL: {
          this.endLine();
          if (byte === LF) {
            position += 1;
            state = START_RECORD;
          } else if (byte === delimiter) {
            position += 1;
            this.pushField(0, 0);
            state = START_FIELD;
          } else state = START_RECORD;
          if (this.lines >= wantedLines) {
            this.floor = position;
            break scan;
          }
          continue;
        }
        case EAT_CRNL_NOP: {
          state = START_RECORD;
          // A separator behind a blank line that ends in a lone carriage return is lost, as in pandas.
          if (byte === LF || byte === delimiter) position += 1;
          continue;
        }
        case WHITESPACE_LINE: {
          if (byte === LF) {
            this.fileLines += 1;
            position += 1;
            state = START_RECORD;
          } else if (byte === CR) {
            this.fileLines += 1;
            position += 1;
            state = EAT_CRNL_NOP;
          } else if ((byte === BLANK || byte === TAB) && byte !== delimiter) position += 1;
          else {
            position = this.lineBeginning(position, wantedLines - this.lines);
            state = START_FIELD;
          }
          continue;
        }
        case SKIPPED_LINE: {
          const next = skippedLineEnd(window, position, limit, delimiter, quote);
          if (next < 0) {
            if (!atEnd) break scan;
            position = limit;
            break scan;
          }
          position = next;
          this.fileLines += 1;
          state = window[next - 1] === CR ? EAT_CRNL_NOP : START_RECORD;
          continue;
        }
        case START_RECORD: {
          if (this.fileLines < skipLines) {
            state = SKIPPED_LINE;
            continue;
          }
          if (byte === LF) {
            this.fileLines += 1;
            position += 1;
            continue;
          }
          if (byte === CR) {
            this.fileLines += 1;
            position += 1;
            state = EAT_CRNL_NOP;
            continue;
          }
          if ((byte === BLANK || byte === TAB) && byte !== delimiter) {
            state = WHITESPACE_LINE;
            position += 1;
            continue;
          }
          state = START_FIELD;
        }
      }

      // START_FIELD: take whole fields as long as the line goes on.
      for (;;) {
        const first = position < limit ? window[position]! : -1;
        let end: number;
        if (first === quote && first !== -1) {
          end = this.quotedField(position, limit, atEnd, delimiter, quote);
          if (end < 0) break scan;
        } else {
          end = position;
          let current = first;
          while (end < limit) {
            current = window[end]!;
            // One comparison settles most bytes: letters and digits lie above all that ends a field.
            if (current <= highest && (current === delimiter || current === LF || current === CR)) break;
            end += 1;
          }
          if (end >= limit && !atEnd) break scan;
          this.pushField(position, end);
        }
        if (end >= limit) {
          position = limit;
          this.endLine();
          state = START_RECORD;
          break scan;
        }
        const stop = window[end]!;
        position = end + 1;
        if (stop === delimiter) {
          state = START_FIELD;
          continue;
        }
        if (stop === LF) {
          this.endLine();
          state = START_RECORD;
          if (this.lines >= wantedLines) {
            this.floor = position;
            break scan;
          }
        } else state = EAT_CRNL;
        break;
      }
    }

    this.position = position;
    this.state = state;
    if (this.lines >= wantedLines) return "lines";
    if (!atEnd) return "more";
    this.finish();
    return this.lines >= wantedLines ? "lines" : "end";
  }

  /** What an end of file means in each state. */
  private finish(): void {
    if (this.position < this.limit) return;
    if (this.state === EAT_CRNL) this.endLine();
    else if (this.state === START_FIELD) {
      this.pushField(0, 0);
      this.endLine();
    }
    this.state = START_RECORD;
  }

  private setField(index: number, start: number, end: number): void {
    this.starts[index] = start;
    this.ends[index] = end;
  }

  private pushField(start: number, end: number): void {
    const index = this.fields;
    if (index >= this.starts.length) {
      if (index - this.lineStarts[this.lines]! >= MOST_FIELDS) {
        throw new ParserError(`Line ${this.fileLines + 1} has more than ${MOST_FIELDS} fields`);
      }
      this.starts = grown(this.starts);
      this.ends = grown(this.ends);
    }
    this.starts[index] = start;
    this.ends[index] = end;
    this.fields = index + 1;
  }

  private endLine(): void {
    const options = this.options;
    const first = this.lineStarts[this.lines]!;
    let count = this.fields - first;
    const inBuffer = this.linesBefore + this.lines;
    const expected = inBuffer > 0 ? Math.max(options.expectedFields, this.previousFields) : options.expectedFields;
    if (inBuffer > options.headerEnd + 1 && count > expected && !options.acceptLongLines) {
      throw new ParserError(`Expected ${expected} fields in line ${this.fileLines + 1}, saw ${count}`);
    }
    if (inBuffer >= options.headerEnd + 1 && count < expected) {
      for (; count < expected; count += 1) this.pushField(0, 0);
    }
    this.fileLines += 1;
    this.previousFields = count;
    this.lines += 1;
    if (this.lines + 1 >= this.lineStarts.length) {
      this.lineStarts = grown(this.lineStarts);
    }
    this.lineStarts[this.lines] = this.fields;
  }

  /**
   * Where a line that begins with blanks starts again, once it turned out not to be blank. pandas only stops at a line feed:
   * after a lone carriage return it reads the lines before once more. With a few lines wanted that ends, else pandas
   * repeats them until its buffer is full or the table is all repetition; both are refused here.
   */
  private lineBeginning(position: number, linesLeft: number): number {
    const window = this.window;
    let index = position;
    while (index > this.floor && window[index - 1] !== LF) {
      index -= 1;
      if (window[index] === CR && linesLeft > REPEATABLE_LINES) {
        throw new ParserError("Buffer overflow caught - possible malformed input file.");
      }
    }
    return index;
  }

  /** Pushes the quoted field at `position` and returns the offset of the byte that ends it, or -1 when more bytes are needed. */
  private quotedField(position: number, limit: number, atEnd: boolean, delimiter: number, quote: number): number {
    const window = this.window;
    let index = position + 1;
    while (index < limit && window[index] !== quote) index += 1;
    if (index >= limit) return this.openQuote(atEnd);
    const after = index + 1;
    if (after >= limit) {
      if (!atEnd) return -1;
      this.pushField(position + 1, index);
      return limit;
    }
    const next = window[after]!;
    if (next === delimiter || next === LF || next === CR) {
      this.pushField(position + 1, index);
      return after;
    }
    return this.brokenField(position + 1, limit, atEnd, delimiter, quote);
  }

  /** A quoted field with doubled quotes or with text behind its closing quote: copied to the scratch. */
  private brokenField(from: number, limit: number, atEnd: boolean, delimiter: number, quote: number): number {
    const window = this.window;
    const start = this.scratchLength;
    let length = start;
    let index = from;
    let inside = true;
    for (; index < limit; index += 1) {
      const byte = window[index]!;
      if (inside) {
        if (byte === quote) {
          // The quote may close the field or be the first of a pair: the byte behind decides.
          if (index + 1 >= limit) {
            if (!atEnd) return -1;
            inside = false;
            continue;
          }
          const next = window[index + 1]!;
          if (next === quote) index += 1;
          else {
            inside = false;
            continue;
          }
        }
      } else if (byte === delimiter || byte === LF || byte === CR) break;
      if (length >= this.scratch.length) this.growScratch();
      this.scratch[length] = byte;
      length += 1;
    }
    if (index >= limit) {
      if (!atEnd) return -1;
      if (inside) return this.openQuote(true);
    }
    this.scratchLength = length;
    this.pushField(~start, ~length);
    return index;
  }

  private openQuote(atEnd: boolean): number {
    if (!atEnd) return -1;
    throw new ParserError(`EOF inside string starting at row ${this.fileLines}`);
  }

  private growScratch(): void {
    const larger = Buffer.allocUnsafe(this.scratch.length * 2);
    larger.set(this.scratch);
    this.scratch = larger;
  }
}

function grown(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}

/** Offset behind the line end of a line that is skipped, or -1 when it is not in the window. Quotes are respected. */
function skippedLineEnd(window: Uint8Array, from: number, limit: number, delimiter: number, quote: number): number {
  let inside = false;
  let fieldStart = true;
  for (let index = from; index < limit; index += 1) {
    const byte = window[index]!;
    if (inside) {
      if (byte === quote) {
        if (window[index + 1] === quote) index += 1;
        else inside = false;
      }
      continue;
    }
    // pandas does not look for a carriage return or separator in the first byte.
    if (byte === LF || (byte === CR && index > from)) return index + 1;
    if (byte === quote && fieldStart) inside = true;
    fieldStart = byte === delimiter && index > from;
  }
  return -1;
}
