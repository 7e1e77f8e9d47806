import { randomBytes } from "node:crypto";
import { closeSync, fstatSync, mkdirSync, openSync, readSync, rmSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { DraftFile } from "@mlebench/base";
import { ShapeError } from "../../errors.js";
import { writeFully } from "../write-csv.js";

/** Takes lines of a file under construction: reserve space, write into `buffer` at the offset given, commit the end. */
export interface RowSink {
  /** The buffer with at least so many bytes free behind the returned offset. */
  reserve(position: number, bytes: number): { readonly buffer: Buffer; readonly offset: number };
  commit(position: number, end: number): void;
  /** Completes the file under its name. */
  finish(): void;
  /** Leaves nothing behind; does nothing once finished. */
  abandon(): void;
}

const BUFFER_BYTES = 1 << 17;

/** Lines that come in the order of the file. */
export function sequentialSink(path: string, header: Buffer): RowSink {
  const draft = new DraftFile(path);
  const descriptor = openSync(draft.draftPath, "wx");
  writeFully(descriptor, header);
  let buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  let used = 0;
  let open = true;
  const flush = () => {
    writeFully(descriptor, buffer.subarray(0, used));
    used = 0;
  };
  return {
    reserve(_position, bytes) {
      if (used + bytes > buffer.length) flush();
      if (bytes > buffer.length) buffer = Buffer.allocUnsafe(bytes * 2);
      return { buffer, offset: used };
    },
    commit(_position, end) {
      used = end;
    },
    finish() {
      flush();
      open = false;
      closeSync(descriptor);
      draft.commit();
    },
    abandon() {
      if (!open) return;
      open = false;
      closeSync(descriptor);
      draft.discard();
    },
  };
}

interface Bucket {
  readonly descriptor: number;
  readonly path: string;
  buffer: Buffer;
  used: number;
}

const RECORD_HEAD = 8;

/**
 * Lines that come in any order: they are laid into files by range of their position, each small enough to be put in order
 * in memory at the end.
 */
export function permutedSink(
  path: string,
  header: Buffer,
  shape: { readonly rows: number; readonly bucketRows: number; readonly bufferBytes: number },
): RowSink {
  const { rows, bucketRows } = shape;
  const folder = `${path}.${randomBytes(6).toString("hex")}.parts`;
  mkdirSync(folder);
  const buckets: Bucket[] = [];
  for (let first = 0, number = 0; first < rows; first += bucketRows, number += 1) {
    const bucketPath = join(folder, String(number));
    const buffer = Buffer.allocUnsafeSlow(shape.bufferBytes);
    buckets.push({ descriptor: openSync(bucketPath, "w+"), path: bucketPath, buffer, used: 0 });
  }
  let open = true;
  let current: Bucket | undefined;
  const flush = (bucket: Bucket) => {
    writeFully(bucket.descriptor, bucket.buffer.subarray(0, bucket.used));
    bucket.used = 0;
  };
  const abandon = () => {
    if (!open) return;
    open = false;
    for (const bucket of buckets) closeSync(bucket.descriptor);
    rmSync(folder, { recursive: true, force: true });
  };
  return {
    reserve(position, bytes) {
      const bucket = buckets[Math.floor(position / bucketRows)]!;
      const needed = bytes + RECORD_HEAD;
      if (bucket.used + needed > bucket.buffer.length) flush(bucket);
      if (needed > bucket.buffer.length) bucket.buffer = Buffer.allocUnsafe(needed * 2);
      current = bucket;
      return { buffer: bucket.buffer, offset: bucket.used + RECORD_HEAD };
    },
    commit(position, end) {
      const bucket = current!;
      bucket.buffer.writeUInt32LE(position % bucketRows, bucket.used);
      bucket.buffer.writeUInt32LE(end - bucket.used - RECORD_HEAD, bucket.used + 4);
      bucket.used = end;
    },
    finish() {
      const output = sequentialSink(path, header);
      let memory: Buffer = Buffer.alloc(0);
      try {
        for (const [number, bucket] of buckets.entries()) {
          flush(bucket);
          bucket.buffer = Buffer.alloc(0);
          const bytes = fstatSync(bucket.descriptor).size;
          // One piece of memory serves all buckets; garbage of this size would pile up.
          if (memory.length < bytes) memory = Buffer.allocUnsafeSlow(Math.ceil(bytes * 1.1));
          readWhole(bucket.descriptor, memory.subarray(0, bytes));
          assemble(memory.subarray(0, bytes), Math.min(bucketRows, rows - number * bucketRows), output);
          unlinkSync(bucket.path);
        }
        output.finish();
      } finally {
        output.abandon();
        abandon();
      }
    },
    abandon,
  };
}

/** Appends the lines of one bucket in order. */
function assemble(bytes: Buffer, rows: number, output: RowSink): void {
  const places = new Float64Array(rows).fill(-1);
  for (let at = 0; at < bytes.length; ) {
    places[bytes.readUInt32LE(at)] = at;
    at += RECORD_HEAD + bytes.readUInt32LE(at + 4);
  }
  for (let row = 0; row < rows; row += 1) {
    const at = places[row]!;
    if (at < 0) throw new ShapeError("A row of the output is not in the source.");
    const length = bytes.readUInt32LE(at + 4);
    const { buffer, offset } = output.reserve(0, length);
    bytes.copy(buffer, offset, at + RECORD_HEAD, at + RECORD_HEAD + length);
    output.commit(0, offset + length);
  }
}

function readWhole(descriptor: number, target: Buffer): void {
  let done = 0;
  while (done < target.length) {
    const count = readSync(descriptor, target, done, target.length - done, done);
    if (count === 0) throw new ShapeError("A temporary file was cut while it was in use.");
    done += count;
  }
}
