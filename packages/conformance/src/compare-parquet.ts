import { type AsyncBuffer, parquetMetadata, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";

/** Tells whether two parquet files have the same columns with the same types and values. */
export async function compareParquet(ours: Uint8Array, theirs: Uint8Array): Promise<string | undefined> {
  const left = await readParquet(ours);
  const right = await readParquet(theirs);
  if (left.schema !== right.schema) return `schema ${left.schema}\n      upstream ${right.schema}`;
  if (left.rows.length !== right.rows.length) return `has ${left.rows.length} rows, upstream ${right.rows.length}`;
  for (let row = 0; row < right.rows.length; row++) {
    for (const [name, value] of Object.entries(right.rows[row]!)) {
      const found = left.rows[row]![name];
      if (!Object.is(found, value) && String(found) !== String(value)) {
        return `row ${row}, column ${name}: ${String(found)}, upstream ${String(value)}`;
      }
    }
  }
  return undefined;
}

async function readParquet(data: Uint8Array): Promise<{ schema: string; rows: Record<string, unknown>[] }> {
  const buffer = Uint8Array.from(data).buffer;
  const file: AsyncBuffer = { byteLength: buffer.byteLength, slice: (from, to) => buffer.slice(from, to) };
  const columns = parquetMetadata(buffer).schema.slice(1);
  const schema = columns
    .map(({ name, type, logical_type, converted_type }) => {
      const meaning = logical_type?.type ?? converted_type;
      return `${name} ${type}${meaning === undefined ? "" : ` (${meaning})`}`;
    })
    .join(", ");
  return { schema, rows: await parquetReadObjects({ file, compressors }) };
}
