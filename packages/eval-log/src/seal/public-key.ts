import { createHash, createPublicKey, type KeyObject } from "node:crypto";

/** An Ed25519 public key: its 32 bytes in base64url, as seals and files of trusted keys have it. */
export type PublicKey = string;

const PUBLIC_KEY = /^[A-Za-z0-9_-]{43}$/;

/** Whether a text has the form of a public key. */
export function isPublicKey(text: string): boolean {
  return PUBLIC_KEY.test(text) && Buffer.from(text, "base64url").toString("base64url") === text;
}

/** For node:crypto. */
export function keyObjectOf(key: PublicKey): KeyObject {
  return createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: key }, format: "jwk" });
}

/** The public key of a key pair's half. @throws TypeError for a key of another kind */
export function publicKeyOf(key: KeyObject): PublicKey {
  const { crv, x } = key.export({ format: "jwk" });
  if (crv !== "Ed25519" || x === undefined) throw new TypeError(`It is a key of the kind ${key.asymmetricKeyType}.`);
  return x;
}

/** What people compare keys by: `SHA256:` and the digest of the key in base64, as ssh writes it. */
export function fingerprintOf(key: PublicKey): string {
  const digest = createHash("sha256").update(Buffer.from(key, "base64url")).digest("base64");
  return `SHA256:${digest.replaceAll("=", "")}`;
}

/** A public key as one line for files and people: what it is, the key, its fingerprint. */
export function publicKeyLine(key: PublicKey): string {
  return `mlebench-log-key ${key} ${fingerprintOf(key)}`;
}
