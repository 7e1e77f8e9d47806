/**
 * MurmurHash3 x64, 128 bits, seed 0, of a text's UTF-8 bytes, as two 64-bit halves of 16 hex digits each: the name
 * Inspect gives to an attachment. Public-domain algorithm by Austin Appleby; 64-bit words are kept as pairs of 32-bit
 * halves, because BigInt is an order slower.
 */
export function murmur3Hex(text: string): string {
  const bytes = Buffer.from(text, "utf8");
  const h1 = word(0, 0);
  const h2 = word(0, 0);
  const blocks = bytes.length - (bytes.length % 16);
  for (let at = 0; at < blocks; at += 16) {
    xor(h1, mixFirst(word(bytes.readUInt32LE(at + 4), bytes.readUInt32LE(at))));
    rotateLeft(h1, 27);
    add(h1, h2);
    multiply(h1, FIVE);
    add(h1, word(0, 0x52dce729));
    xor(h2, mixSecond(word(bytes.readUInt32LE(at + 12), bytes.readUInt32LE(at + 8))));
    rotateLeft(h2, 31);
    add(h2, h1);
    multiply(h2, FIVE);
    add(h2, word(0, 0x38495ab5));
  }
  if (bytes.length > blocks) {
    const tail = Buffer.alloc(16);
    bytes.copy(tail, 0, blocks);
    if (bytes.length - blocks > 8) xor(h2, mixSecond(word(tail.readUInt32LE(12), tail.readUInt32LE(8))));
    xor(h1, mixFirst(word(tail.readUInt32LE(4), tail.readUInt32LE(0))));
  }
  const length = word(Math.floor(bytes.length / 2 ** 32), bytes.length >>> 0);
  xor(h1, length);
  xor(h2, length);
  add(h1, h2);
  add(h2, h1);
  finish(h1);
  finish(h2);
  add(h1, h2);
  add(h2, h1);
  return hex(h1) + hex(h2);
}

interface Word {
  high: number;
  low: number;
}

const C1 = word(0x87c37b91, 0x114253d5);
const C2 = word(0x4cf5ad43, 0x2745937f);
const F1 = word(0xff51afd7, 0xed558ccd);
const F2 = word(0xc4ceb9fe, 0x1a85ec53);
const FIVE = word(0, 5);

function word(high: number, low: number): Word {
  return { high, low };
}

function mixFirst(k: Word): Word {
  multiply(k, C1);
  rotateLeft(k, 31);
  multiply(k, C2);
  return k;
}

function mixSecond(k: Word): Word {
  multiply(k, C2);
  rotateLeft(k, 33);
  multiply(k, C1);
  return k;
}

function finish(h: Word): void {
  shiftXor33(h);
  multiply(h, F1);
  shiftXor33(h);
  multiply(h, F2);
  shiftXor33(h);
}

function xor(a: Word, b: Word): void {
  a.high = (a.high ^ b.high) >>> 0;
  a.low = (a.low ^ b.low) >>> 0;
}

function add(a: Word, b: Word): void {
  const low = a.low + b.low;
  a.high = (a.high + b.high + (low > 0xffffffff ? 1 : 0)) >>> 0;
  a.low = low >>> 0;
}

function shiftXor33(a: Word): void {
  a.low = (a.low ^ (a.high >>> 1)) >>> 0;
}

function rotateLeft(a: Word, bits: number): void {
  const swapped = bits >= 32;
  const high = swapped ? a.low : a.high;
  const low = swapped ? a.high : a.low;
  const shift = bits % 32;
  a.high = ((high << shift) | (low >>> (32 - shift))) >>> 0;
  a.low = ((low << shift) | (high >>> (32 - shift))) >>> 0;
}

/** Product modulo 2^64: the low words in 16-bit limbs, whose products are exact in a double. */
function multiply(a: Word, b: Word): void {
  const a0 = a.low & 0xffff;
  const a1 = a.low >>> 16;
  const b0 = b.low & 0xffff;
  const b1 = b.low >>> 16;
  const p0 = a0 * b0;
  const p1 = a1 * b0 + (p0 >>> 16);
  const p2 = a0 * b1 + (p1 & 0xffff);
  const carry = a1 * b1 + Math.floor(p1 / 65536) + Math.floor(p2 / 65536);
  a.high = (carry + Math.imul(a.high, b.low) + Math.imul(a.low, b.high)) >>> 0;
  a.low = (((p2 & 0xffff) << 16) | (p0 & 0xffff)) >>> 0;
}

function hex(a: Word): string {
  return a.high.toString(16).padStart(8, "0") + a.low.toString(16).padStart(8, "0");
}
