import { randomBytes } from "node:crypto";

/** The letters of shortuuid: no 0, O, 1, I or l. */
const ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const LENGTH = 22;

/** A random id of 22 characters in base 57 (128 bits), the form of Inspect's run, eval, task, event and message ids. */
export function shortId(): string {
  let rest = BigInt(`0x${randomBytes(16).toString("hex")}`);
  const base = BigInt(ALPHABET.length);
  let id = "";
  while (id.length < LENGTH) {
    id = ALPHABET[Number(rest % base)] + id;
    rest /= base;
  }
  return id;
}
