import { verify } from "node:crypto";
import { messageOf } from "@mlebench/base";
import { z } from "zod";
import { hash } from "./hash.js";
import type { LogKey } from "./log-key.js";
import { isPublicKey, keyObjectOf } from "./public-key.js";

/** Stands before what is signed, so that a signature of the same key for anything else is never a seal. */
const PURPOSE = "mlebench log seal\n";

const Digest = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const Member = z.strictObject({
  name: z.string(),
  digest: Digest,
  fields: z.array(z.tuple([z.string(), Digest])),
});
const Body = z.strictObject({
  version: z.literal(1),
  key: z.string().refine(isPublicKey, "It must be an Ed25519 public key."),
  log: z.string(),
  position: z.int().positive(),
  previous: Digest.nullable(),
  from: z.array(z.string()),
  members: z.array(Member),
  removed: z.array(z.string()),
});

/** What a seal says of members of a log, and where in the chain of seals it stands. */
export interface SealBody {
  readonly version: 1;
  readonly key: string;
  /** The log's eval_id: a seal counts in no other log. */
  readonly log: string;
  /** Counted from 1. */
  readonly position: number;
  /** Digest of the seal before; null for the first. */
  readonly previous: string | null;
  /** Other keys whose logs this was made of, or {@link UNVERIFIED}: it counts only where all of them count. */
  readonly from: readonly string[];
  readonly members: readonly SealedMember[];
  /** Members that were taken out of the log in the same step. */
  readonly removed: readonly string[];
}

/** One member as it was when it was sealed. */
export interface SealedMember {
  readonly name: string;
  readonly digest: string;
  readonly fields: readonly (readonly [name: string, digest: string])[];
}

/** Stands among the keys of {@link SealBody.from} for what no valid seal covered; it is no key, so nobody trusts it. */
export const UNVERIFIED = "unverified";

/** A seal as text: what it says in JSON, then the signature of exactly these bytes. */
export function sealText(body: SealBody, key: LogKey): string {
  const said = JSON.stringify(body);
  return `${said}\n${key.sign(PURPOSE + said)}\n`;
}

/** A seal that was read: valid by itself, whatever its place; or why it is none. */
export type ReadSeal =
  | { readonly isValid: true; readonly body: SealBody; readonly digest: string }
  | { readonly isValid: false; readonly reason: string; readonly body?: SealBody; readonly digest: string };

/** Reads a seal and checks its signature. */
export function readSeal(text: string): ReadSeal {
  const digest = hash(text);
  const [said = "", signature = "", ...rest] = text.split("\n");
  let body: SealBody;
  try {
    body = Body.parse(JSON.parse(said));
  } catch (error) {
    const reason = error instanceof z.ZodError ? "it has not the form of a seal" : messageOf(error);
    return { isValid: false, reason, digest };
  }
  const isSigned = verify(
    null,
    Buffer.from(PURPOSE + said),
    keyObjectOf(body.key),
    Buffer.from(signature, "base64url"),
  );
  if (isSigned && rest.join("") === "") return { isValid: true, body, digest };
  return { isValid: false, reason: "its signature does not match", body, digest };
}
