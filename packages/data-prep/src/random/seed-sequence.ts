const POOL_SIZE = 4;

/**
 * numpy's `SeedSequence(entropy).generate_state(count)`: spreads an integer of any size over 32-bit words.
 * @param entropy a whole number, at least 0.
 */
export function seedSequence(entropy: bigint, count: number): Uint32Array {
  const words = toWords(entropy);
  let hashConstant = 0x43b0d7e5;
  const hashMix = (word: number): number => {
    let value = word ^ hashConstant;
    hashConstant = Math.imul(hashConstant, 0x931e8875);
    value = Math.imul(value, hashConstant);
    return (value ^ (value >>> 16)) >>> 0;
  };
  const pool = new Uint32Array(POOL_SIZE);
  for (let i = 0; i < POOL_SIZE; i++) pool[i] = hashMix(words[i] ?? 0);
  for (let source = 0; source < POOL_SIZE; source++) {
    for (let target = 0; target < POOL_SIZE; target++) {
      if (source !== target) pool[target] = mix(pool[target]!, hashMix(pool[source]!));
    }
  }
  for (const word of words.slice(POOL_SIZE)) {
    for (let target = 0; target < POOL_SIZE; target++) pool[target] = mix(pool[target]!, hashMix(word));
  }

  let outputConstant = 0x8b51f9dd;
  return Uint32Array.from({ length: count }, (_, i) => {
    let value = pool[i % POOL_SIZE]! ^ outputConstant;
    outputConstant = Math.imul(outputConstant, 0x58f38ded);
    value = Math.imul(value, outputConstant);
    return value ^ (value >>> 16);
  });
}

function mix(x: number, y: number): number {
  const value = Math.imul(0xca01f9dd, x) - Math.imul(0x4973f715, y);
  return (value ^ (value >>> 16)) >>> 0;
}

/** 32-bit words of a number, the least significant first. */
export function toWords(entropy: bigint): number[] {
  const words: number[] = [];
  let rest = entropy;
  do {
    words.push(Number(rest & 0xffffffffn));
    rest >>= 32n;
  } while (rest > 0n);
  return words;
}
