import { type FileHandle, open } from "node:fs/promises";
import { type ColumnMetaData, parquetMetadataAsync, type SchemaTree } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";
import { DEFAULT_PARSERS } from "hyparquet/src/convert.js";
import { decompressPage, readDataPage, readDataPageV2 } from "hyparquet/src/datapage.js";
import { readPlain } from "hyparquet/src/plain.js";
import { getSchemaPath } from "hyparquet/src/schema.js";
import { compressors } from "hyparquet-compressors";
import { wrongMetadata } from "./json-access.js";

/** Rows that are in memory at a time. */
const WINDOW_ROWS = 1 << 20;
/** More than any header of a page has. */
const HEADER_BYTES = 1 << 13;

/** Numbers of one column, none missing. */
export type ParquetColumn = BigInt64Array | Float64Array;

/** Some rows of a parquet file, by column. The arrays are filled anew for the next window. */
export interface ParquetWindow {
  readonly rows: number;
  readonly columns: Readonly<Record<string, ParquetColumn>>;
}

/** A parquet file of numbers, opened to be read in windows of rows. */
export interface ParquetSource extends AsyncDisposable {
  readonly rows: number;
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
  const chunksOf = (name: string): ColumnMetaData[] =>
    metadata.row_groups.map(({ columns }) => {
      const found = columns.find(({ meta_data: chunk }) => chunk?.path_in_schema.join(".") === name)?.meta_data;
      if (found?.type === "INT64" || found?.type === "DOUBLE") return found;
      throw wrongMetadata(`${path} has no column ${name} of 64-bit numbers`);
    });
  return {
    rows,
    async *windows(names, options = {}) {
      const readers = names.map((name) => {
        const chunks = chunksOf(name);
        const window = chunks[0]?.type === "INT64" ? new BigInt64Array(WINDOW_ROWS) : new Float64Array(WINDOW_ROWS);
        return { name, window, pages: new PageQueue(readPages(file, chunks, getSchemaPath(metadata.schema, [name]))) };
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

/** Values of a page, or positions in the dictionary. */
interface Page {
  readonly values: ArrayLike<number | bigint>;
  readonly dictionary?: ArrayLike<number | bigint>;
}

/** Hands out the values of pages in portions of another size. */
class PageQueue {
  #page: Page = { values: [] };
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
  if (dictionary === undefined && ArrayBuffer.isView(values)) {
    (target as Float64Array).set((values as Float64Array).subarray(from, to), at);
    return;
  }
  for (let index = from; index < to; index++) {
    const value = values[index]!;
    target[at + index - from] = dictionary === undefined ? value : dictionary[Number(value)]!;
  }
}

async function* readPages(
  file: FileHandle,
  chunks: readonly ColumnMetaData[],
  schemaPath: SchemaTree[],
): AsyncGenerator<Page, void> {
  const { element } = schemaPath.at(-1)!;
  for (const chunk of chunks) {
    const { type, codec } = chunk;
    const decoder = {
      pathInSchema: chunk.path_in_schema,
      type,
      element,
      schemaPath,
      codec,
      compressors,
      parsers: DEFAULT_PARSERS,
    };
    let dictionary: ArrayLike<number | bigint> | undefined;
    let at = Number(chunk.dictionary_page_offset || chunk.data_page_offset);
    for (let values = Number(chunk.num_values); values > 0; ) {
      const head = await readBytes(file, at, at + HEADER_BYTES);
      const reader = { view: new DataView(head.buffer), offset: 0 };
      const header = parquetHeader(reader);
      const bodyAt = at + reader.offset;
      at = bodyAt + header.compressed_page_size;
      const body = await readBytes(file, bodyAt, at);
      const unpack = () => decompressPage(body, header.uncompressed_page_size, codec, compressors);
      const plain = header.data_page_header;
      const second = header.data_page_header_v2;
      if (header.dictionary_page_header) {
        // A fresh array: numbers are read where they are aligned to eight bytes.
        const bytes = Uint8Array.from(unpack());
        const view = new DataView(bytes.buffer);
        dictionary = readPlain({ view, offset: 0 }, type, header.dictionary_page_header.num_values, undefined);
        continue;
      }
      if (!plain && !second) continue;
      const page = plain ? readDataPage(unpack(), plain, decoder) : readDataPageV2(body, header, decoder);
      const count = (plain ?? second)!.num_values;
      if (page.dataPage.length !== count) throw wrongMetadata(`the parquet column ${element.name} has missing values`);
      const isIndexed = (plain ?? second)!.encoding.endsWith("_DICTIONARY");
      yield isIndexed ? { values: page.dataPage, dictionary } : { values: page.dataPage };
      values -= count;
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
