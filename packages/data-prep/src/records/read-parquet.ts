import { type FileHandle, open } from "node:fs/promises";
import { parquetMetadataAsync, parquetSchema } from "hyparquet";
import { wrongMetadata } from "./json-access.js";
import {
  type Page,
  type PageColumn,
  type ParquetColumn,
  readDataPage,
  readDictionary,
  readPageHeader,
} from "./parquet-page.js";

/** Rows that are in memory at a time. */
const WINDOW_ROWS = 1 << 20;
/** More than any header of a page has. */
const HEADER_BYTES = 1 << 13;

/** Some rows of a parquet file, by column. The arrays are filled again for the next window. */
export interface ParquetWindow {
  readonly rows: number;
  readonly columns: Readonly<Record<string, ParquetColumn>>;
}

/** A parquet file of numbers, opened to be read in windows of rows. */
export interface ParquetSource extends AsyncDisposable {
  readonly rows: number;
  /** Names in the file's order. */
  readonly columns: readonly string[];
  windows(columns: readonly string[], options?: { readonly signal?: AbortSignal }): AsyncGenerator<ParquetWindow>;
}

/**
 * Opens a parquet file of flat INT64 and DOUBLE columns, whatever its encodings and compression. It is read page by page,
 * so that row groups may be larger than memory.
 * @throws DataPrepError for columns that are not there, of other types, or with missing values
 */
export async function openParquet(path: string): Promise<ParquetSource> {
  const file = await open(path);
  const { size } = await file.stat();
  const metadata = await parquetMetadataAsync({
    byteLength: size,
    slice: async (from, to = size) => (await readBytes(file, from, to)).buffer,
  });
  const rows = Number(metadata.num_rows);
  const { children } = parquetSchema(metadata);
  const chunksOf = (name: string): PageColumn[] => {
    const repetition = children.find(({ element }) => element.name === name)?.element.repetition_type;
    return metadata.row_groups.map(({ columns }) => {
      const meta = columns.find(({ meta_data: chunk }) => chunk?.path_in_schema.join(".") === name)?.meta_data;
      if (repetition === "REPEATED" || (meta?.type !== "INT64" && meta?.type !== "DOUBLE")) {
        throw wrongMetadata(`${path} has no column ${name} of 64-bit numbers`);
      }
      return { ...meta, type: meta.type, name, isOptional: repetition !== "REQUIRED" };
    });
  };
  return {
    rows,
    columns: children.map(({ element }) => element.name),
    async *windows(names, options = {}) {
      const readers = names.map((name) => {
        const chunks = chunksOf(name);
        const window = chunks[0]?.type === "INT64" ? new BigInt64Array(WINDOW_ROWS) : new Float64Array(WINDOW_ROWS);
        return { name, window, pages: new PageQueue(readPages(file, chunks)) };
      });
      for (let from = 0; from < rows; from += WINDOW_ROWS) {
        options.signal?.throwIfAborted();
        const count = Math.min(WINDOW_ROWS, rows - from);
        for (const { pages, window } of readers) await pages.take(window, count);
        const columns = Object.fromEntries(readers.map(({ name, window }) => [name, window.subarray(0, count)]));
        yield { rows: count, columns };
      }
    },
    async [Symbol.asyncDispose]() {
      await file.close();
    },
  };
}

/** Hands out the values of pages in portions of another size. */
class PageQueue {
  #page: Page = { values: new Uint32Array() };
  #at = 0;

  constructor(private readonly pages: AsyncGenerator<Page, void>) {}

  /** Fills the first `count` places. */
  async take(target: ParquetColumn, count: number): Promise<void> {
    for (let filled = 0; filled < count; ) {
      if (this.#at === this.#page.values.length) {
        const next = await this.pages.next();
        if (next.done) throw wrongMetadata("a parquet file has fewer values than rows");
        this.#page = next.value;
        this.#at = 0;
      }
      const until = Math.min(this.#at + count - filled, this.#page.values.length);
      copyValues(this.#page, this.#at, until, target, filled);
      filled += until - this.#at;
      this.#at = until;
    }
  }
}

function copyValues({ values, dictionary }: Page, from: number, to: number, target: ParquetColumn, at: number): void {
  // Both sides hold the column's type, which the compiler cannot see.
  if (dictionary === undefined) {
    (target as Float64Array).set((values as Float64Array).subarray(from, to), at);
    return;
  }
  for (let index = from; index < to; index++) {
    target[at + index - from] = dictionary[Number(values[index])]!;
  }
}

async function* readPages(file: FileHandle, chunks: readonly PageColumn[]): AsyncGenerator<Page, void> {
  for (const column of chunks) {
    let dictionary: ParquetColumn | undefined;
    let at = Number(column.dictionary_page_offset || column.data_page_offset);
    for (let values = Number(column.num_values); values > 0; ) {
      const head = await readBytes(file, at, at + HEADER_BYTES);
      const reader = { view: new DataView(head.buffer), offset: 0 };
      const header = readPageHeader(reader);
      const bodyAt = at + reader.offset;
      at = bodyAt + header.bytes;
      if (header.kind === "other") continue;
      const body = await readBytes(file, bodyAt, at);
      if (header.kind === "dictionary") {
        dictionary = readDictionary(body, header, column);
        continue;
      }
      yield readDataPage(body, header, column, dictionary);
      values -= header.values;
    }
  }
}

/** Bytes of the file, fewer at its end. */
async function readBytes(file: FileHandle, from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(to - from);
  let done = 0;
  while (done < bytes.length) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, from + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done === bytes.length ? bytes : bytes.slice(0, done);
}
