const POLYNOMIAL = 0x82f63b78; // Castagnoli, reflected
const LANES = 8;

const tables = makeTables();

/**
 * CRC-32C of bytes, as Google's storage announces it for objects that have no MD5.
 * @param previous the result for the bytes before these.
 */
export function crc32c(bytes: Uint8Array, previous = 0): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = tables;
  let crc = ~previous;
  let index = 0;
  // Eight bytes at a time: the tables have the effect of each byte eight to one places further on.
  for (const end = bytes.length - (LANES - 1); index < end; index += LANES) {
    crc =
      t7[(crc ^ bytes[index]!) & 0xff]! ^
      t6[((crc >>> 8) ^ bytes[index + 1]!) & 0xff]! ^
      t5[((crc >>> 16) ^ bytes[index + 2]!) & 0xff]! ^
      t4[((crc >>> 24) ^ bytes[index + 3]!) & 0xff]! ^
      t3[bytes[index + 4]!]! ^
      t2[bytes[index + 5]!]! ^
      t1[bytes[index + 6]!]! ^
      t0[bytes[index + 7]!]!;
  }
  for (; index < bytes.length; index += 1) crc = (crc >>> 8) ^ t0[(crc ^ bytes[index]!) & 0xff]!;
  return ~crc >>> 0;
}

type Tables = [Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array];

function makeTables(): Tables {
  const table = () => new Int32Array(256);
  const made: Tables = [table(), table(), table(), table(), table(), table(), table(), table()];
  for (let byte = 0; byte < 256; byte += 1) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? POLYNOMIAL : 0);
    made[0][byte] = crc;
  }
  for (let lane = 1; lane < LANES; lane += 1) {
    for (let byte = 0; byte < 256; byte += 1) {
      const before = made[lane - 1]![byte]!;
      made[lane]![byte] = (before >>> 8) ^ made[0][before & 0xff]!;
    }
  }
  return made;
}
