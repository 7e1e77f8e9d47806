import { Column } from "@mlebench/frame";

/**
 * What numpy keeps of integers in fewer bits: those that do not fit wrap around without a word (2^31 becomes -2^31).
 * @param column integers of 64 bits.
 */
export function wrapIntegers(column: Column, bits: 8 | 16 | 32): Column {
  return Column.int64(
    Float64Array.from({ length: column.length }, (_, row) =>
      Number(BigInt.asIntN(bits, BigInt(column.get(row) as number))),
    ),
  );
}
