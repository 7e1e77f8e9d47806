const SHOWN = 160;
const BINARY = /[\x00-\x08\x0e-\x1f]/;

/** Says in a few words where two files first differ: the line for text, the byte for the rest. */
export function firstDifference(ours: Uint8Array, theirs: Uint8Array): string {
  const offset = firstDifferentByte(ours, theirs);
  const sizes = ours.length === theirs.length ? "" : ` (${ours.length} bytes, upstream ${theirs.length})`;
  const text = Buffer.from(theirs.subarray(0, 4096)).toString("utf8");
  if (BINARY.test(text)) {
    return `byte ${offset}: ${shownByte(ours[offset])}, upstream ${shownByte(theirs[offset])}${sizes}`;
  }
  const line = lineOf(theirs.length > ours.length ? theirs : ours, offset);
  return `line ${line.number}${sizes}\n      ours     ${lineAt(ours, line.start)}\n      upstream ${lineAt(theirs, line.start)}`;
}

function firstDifferentByte(ours: Uint8Array, theirs: Uint8Array): number {
  const shared = Math.min(ours.length, theirs.length);
  for (let index = 0; index < shared; index++) if (ours[index] !== theirs[index]) return index;
  return shared;
}

function lineOf(data: Uint8Array, offset: number): { number: number; start: number } {
  let number = 1;
  let start = 0;
  for (let index = 0; index < Math.min(offset, data.length); index++) {
    if (data[index] === 10) {
      number++;
      start = index + 1;
    }
  }
  return { number, start };
}

function lineAt(data: Uint8Array, start: number): string {
  if (start >= data.length) return "(end of file)";
  const end = data.indexOf(10, start);
  const line = Buffer.from(data.subarray(start, end === -1 ? data.length : end)).toString("utf8");
  return JSON.stringify(line.length > SHOWN ? `${line.slice(0, SHOWN)}...` : line);
}

function shownByte(value: number | undefined): string {
  return value === undefined ? "end of file" : `0x${value.toString(16).padStart(2, "0")}`;
}
