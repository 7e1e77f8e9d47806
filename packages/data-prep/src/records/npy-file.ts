import { type FileHandle, open, readFile } from "node:fs/promises";
import { DataPrepError } from "../errors.js";

/** A .npy file that is damaged or of a kind that is not understood. */
export class NpyFormatError extends DataPrepError {
  constructor(path: string, problem: string) {
    super({
      code: "DATA_PREP_NPY_FORMAT",
      message: `${path} is not a .npy file that can be split: ${problem}.`,
      hint: "Check that the download is complete and that it is the competition's own.",
    });
  }
}

/** The head of a .npy file. */
export interface NpyHeader {
  /** numpy's name of the element type, for example `<f4` or `<U2`. */
  readonly descr: string;
  /** Length of each axis; the first one counts rows. */
  readonly shape: readonly number[];
  /** True when the first index varies fastest: then rows do not lie together. */
  readonly isFortranOrder: boolean;
  /** Where the data begin. */
  readonly dataOffset: number;
  /** Bytes of one row. */
  readonly rowBytes: number;
}

const MAGIC = "\x93NUMPY";
/** numpy pads the header so that the data begin at a multiple of this. */
const ALIGNMENT = 64;
/** Rows are gathered into chunks of about this size. */
const CHUNK_BYTES = 4 << 20;

/** Reads the head of a .npy file (format 1 to 3). */
export async function readNpyHeader(path: string): Promise<NpyHeader> {
  await using file = await open(path);
  const { prefix, text } = await headerText(file, path);
  const descr = /'descr': '([^']+)'/.exec(text)?.[1];
  const shapeText = /'shape': \(([\d, ]*)\)/.exec(text)?.[1];
  if (descr === undefined || shapeText === undefined) throw new NpyFormatError(path, "its header has another form");
  const isFortranOrder = !/'fortran_order': False/.test(text);
  const shape = shapeText.split(",").flatMap((part) => (part.trim() === "" ? [] : [Number(part)]));
  const rowBytes = itemBytes(descr, path) * shape.slice(1).reduce((product, length) => product * length, 1);
  return { descr, shape, isFortranOrder, dataOffset: prefix, rowBytes };
}

/**
 * Writes a .npy file (format 1.0) of some rows of another one, in the order given, bit by bit. Needs memory for a few
 * megabytes of rows only.
 */
export async function writeNpyRows(
  sourcePath: string,
  targetPath: string,
  rows: ArrayLike<number>,
  options: { readonly signal?: AbortSignal } = {},
): Promise<void> {
  const { descr, shape, isFortranOrder, dataOffset, rowBytes } = await readNpyHeader(sourcePath);
  if (isFortranOrder) throw new NpyFormatError(sourcePath, "it is in Fortran order");
  await using source = await open(sourcePath);
  await using target = await open(targetPath, "wx");
  await target.write(npyHeader(descr, [rows.length, ...shape.slice(1)]));
  const rowsPerChunk = Math.max(1, Math.floor(CHUNK_BYTES / rowBytes));
  for (let from = 0; from < rows.length; from += rowsPerChunk) {
    options.signal?.throwIfAborted();
    const count = Math.min(rowsPerChunk, rows.length - from);
    const chunk = Buffer.allocUnsafe(count * rowBytes);
    await Promise.all(
      Array.from({ length: count }, async (_, index) => {
        const position = dataOffset + rows[from + index]! * rowBytes;
        const { bytesRead } = await source.read(chunk, index * rowBytes, rowBytes, position);
        if (bytesRead < rowBytes) throw new NpyFormatError(sourcePath, "it is cut off");
      }),
    );
    await target.write(chunk);
  }
}

/** All elements of a file of fixed-width text (`<U2`): its code points up to the first NUL. */
export async function* readNpyTexts(path: string): AsyncGenerator<string> {
  const { descr, shape, dataOffset, rowBytes } = await readNpyHeader(path);
  if (!/^<U\d+$/.test(descr) || shape.length !== 1) throw new NpyFormatError(path, `it holds ${descr}, not text`);
  await using file = await open(path);
  const rowsPerChunk = Math.max(1, Math.floor(CHUNK_BYTES / rowBytes));
  for (let from = 0; from < shape[0]!; from += rowsPerChunk) {
    const bytes = Buffer.alloc(Math.min(rowsPerChunk, shape[0]! - from) * rowBytes);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, dataOffset + from * rowBytes);
    if (bytesRead < bytes.length) throw new NpyFormatError(path, "it is cut off");
    for (let at = 0; at < bytes.length; at += rowBytes) {
      let text = "";
      for (let index = at; index < at + rowBytes; index += 4) {
        const code = bytes.readUInt32LE(index);
        if (code === 0) break;
        text += String.fromCodePoint(code);
      }
      yield text;
    }
  }
}

async function headerText(file: FileHandle, path: string): Promise<{ prefix: number; text: string }> {
  const start = Buffer.alloc(12);
  const { bytesRead } = await file.read(start, 0, 12, 0);
  if (bytesRead < 12 || start.toString("latin1", 0, 6) !== MAGIC) throw new NpyFormatError(path, "it has no magic");
  const [lengthAt, length] = start[6] === 1 ? [10, start.readUInt16LE(8)] : [12, start.readUInt32LE(8)];
  if (length > 1 << 20) throw new NpyFormatError(path, "its header is too long");
  const header = Buffer.alloc(length);
  await file.read(header, 0, length, lengthAt);
  return { prefix: lengthAt + length, text: header.toString("latin1") };
}

function npyHeader(descr: string, shape: readonly number[]): Buffer {
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${axes}), }`;
  const length = Math.ceil((10 + text.length + 1) / ALIGNMENT) * ALIGNMENT - 10;
  const start = Buffer.alloc(10);
  start.write(`${MAGIC}\x01\x00`, "latin1");
  start.writeUInt16LE(length, 8);
  return Buffer.concat([start, Buffer.from(`${text.padEnd(length - 1, " ")}\n`, "latin1")]);
}

function itemBytes(descr: string, path: string): number {
  const [, kind, size] = /^[<|>=]([a-zA-Z])(\d+)$/.exec(descr) ?? [];
  if (kind === undefined || size === undefined || kind === "O") {
    throw new NpyFormatError(path, `its elements are ${descr}`);
  }
  return kind === "U" ? Number(size) * 4 : Number(size);
}

const READERS: Readonly<Record<string, (bytes: Buffer, at: number) => number | bigint>> = {
  "|b1": (bytes, at) => bytes.readUInt8(at),
  "|u1": (bytes, at) => bytes.readUInt8(at),
  "|i1": (bytes, at) => bytes.readInt8(at),
  "<u2": (bytes, at) => bytes.readUInt16LE(at),
  "<i2": (bytes, at) => bytes.readInt16LE(at),
  "<u4": (bytes, at) => bytes.readUInt32LE(at),
  "<i4": (bytes, at) => bytes.readInt32LE(at),
  "<u8": (bytes, at) => bytes.readBigUInt64LE(at),
  "<i8": (bytes, at) => bytes.readBigInt64LE(at),
  "<f4": (bytes, at) => bytes.readFloatLE(at),
  "<f8": (bytes, at) => bytes.readDoubleLE(at),
};

/** Numbers of a file that fits into memory. */
export interface NpyNumbers {
  readonly shape: readonly number[];
  /** In C order, whatever the file's own. */
  readonly values: Float64Array;
}

/** Reads all numbers of a file. */
export async function readNpyNumbers(path: string): Promise<NpyNumbers> {
  const { descr, shape, isFortranOrder, dataOffset } = await readNpyHeader(path);
  const read = READERS[descr];
  if (read === undefined) throw new NpyFormatError(path, `its elements are ${descr}`);
  const size = itemBytes(descr, path);
  const bytes = (await readFile(path)).subarray(dataOffset);
  const count = shape.reduce((product, length) => product * length, 1);
  if (bytes.length < count * size) throw new NpyFormatError(path, "it is cut off");
  const place = isFortranOrder ? fortranPlace(shape) : (index: number) => index;
  return {
    shape,
    values: Float64Array.from({ length: count }, (_, index) => Number(read(bytes, place(index) * size))),
  };
}

/** Where the element stands in Fortran order that has this place in C order. */
function fortranPlace(shape: readonly number[]): (index: number) => number {
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, length) => product * length, 1));
  return (index) => {
    let rest = index;
    let place = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place += (rest % shape[axis]!) * strides[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    return place;
  };
}
