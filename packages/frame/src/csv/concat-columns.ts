import { type Cell, Column, type ColumnKind } from "../column.js";

/** The kind that pandas gives to joined parts of these kinds. */
export function commonKind(kinds: Iterable<ColumnKind>): ColumnKind {
  const distinct = new Set(kinds);
  const [first] = distinct;
  if (first === undefined) return "object";
  if (distinct.size === 1) return first;
  return distinct.has("object") || distinct.has("bool") ? "object" : "float64";
}

/**
 * The kind whose cells a part of one kind contributes to the joined column. Beside text every part keeps its own kind;
 * booleans beside numbers take the kind of the numbers before pandas makes the column mixed.
 */
export function contributedKind(own: ColumnKind, kinds: ReadonlySet<ColumnKind>): ColumnKind {
  if (kinds.has("object")) return own;
  const numeric = [...kinds].filter((kind) => kind !== "bool");
  return numeric.length === 0 ? own : commonKind(numeric);
}

/** The parts one below the other, as pandas concatenates them. */
export function concatColumns(parts: readonly Column[]): Column {
  const only = parts[0];
  if (only !== undefined && parts.length === 1) return only;
  const kinds = new Set(parts.map((part) => part.kind));
  const kind = commonKind(kinds);
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  switch (kind) {
    case "object": {
      const cells = new Array<Cell>(length);
      let row = 0;
      for (const part of parts) {
        const source = cellsOfKind(part, contributedKind(part.kind, kinds));
        for (let index = 0; index < source.length; index += 1, row += 1) cells[row] = source[index] as Cell;
      }
      return Column.object(cells);
    }
    case "bool":
      return Column.bool(joined(new Uint8Array(length), parts));
    case "float64":
      return Column.float64(joined(new Float64Array(length), parts));
    case "uint64": {
      const data = new BigUint64Array(length);
      let row = 0;
      for (const part of parts) {
        data.set(part.data as BigUint64Array, row);
        row += part.length;
      }
      return Column.uint64(data);
    }
    case "int64": {
      if (parts.every((part) => part.data instanceof Float64Array)) {
        return Column.int64(joined(new Float64Array(length), parts));
      }
      const data = new BigInt64Array(length);
      let row = 0;
      for (const part of parts) {
        data.set(part.data instanceof BigInt64Array ? part.data : (part.objectCells() as bigint[]), row);
        row += part.length;
      }
      return Column.int64(data);
    }
  }
}

/** A part as it looks in the joined column of parts of these kinds. */
export function partOfJoined(part: Column, kinds: ReadonlySet<ColumnKind>): Column {
  const kind = commonKind(kinds);
  if (part.kind === kind) return part;
  if (kind === "object") return Column.object(cellsOfKind(part, contributedKind(part.kind, kinds)));
  return Column.float64(part.numbers());
}

function cellsOfKind(part: Column, kind: ColumnKind): readonly Cell[] {
  if (part.kind === "object") return part.data as readonly Cell[];
  if (part.kind === kind) return part.objectCells();
  if (kind === "float64") return Column.float64(part.numbers()).cells();
  return Array.from(part.numbers(), BigInt);
}

function joined<T extends Uint8Array | Float64Array>(target: T, parts: readonly Column[]): T {
  let row = 0;
  for (const part of parts) {
    const { data } = part;
    if (data instanceof Float64Array || data instanceof Uint8Array) target.set(data, row);
    else target.set(part.numbers(), row);
    row += part.length;
  }
  return target;
}
