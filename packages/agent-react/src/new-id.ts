import { randomBytes } from "node:crypto";

/** Letters and digits without the look-alikes 0, 1, I, O, l: the alphabet of the ids in Inspect's logs. */
const ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const LENGTH = 22;
/** Largest multiple of 57 in a byte; bytes above it would favour the first letters. */
const FAIR_BYTES = 256 - (256 % ALPHABET.length);

/** A random 22-character id, as unlikely to repeat as a UUID. */
export function newId(): string {
  let id = "";
  while (id.length < LENGTH) {
    for (const byte of randomBytes(LENGTH * 2)) {
      if (byte < FAIR_BYTES && id.length < LENGTH) id += ALPHABET[byte % ALPHABET.length];
    }
  }
  return id;
}
