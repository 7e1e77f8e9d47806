import { createPublicKey } from "node:crypto";
import { mkdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { codeOf, lockFile, messageOf, stateDirectory, writeAtomically } from "@mlebench/base";
import { EvalLogError } from "../errors.js";
import { type LogKeyOptions, readLogKey } from "./log-key.js";
import { fingerprintOf, isPublicKey, type PublicKey, publicKeyLine, publicKeyOf } from "./public-key.js";

const TRUSTED_FILE = "trusted-log-keys";
const LINE = /^mlebench-log-key +(\S+)(?: +(SHA256:\S+))?(?: .*)?$/;

/** The keys whose seals count: the user's own, and those of others that the user trusts. */
export interface LogKeys {
  readonly own?: PublicKey;
  readonly trusted: readonly PublicKey[];
}

/** What a key is to the user. */
export type KeyStanding = "own" | "trusted" | "unknown";

/** The user's own key, where there is one, and the trusted ones of the state folder. @throws EvalLogError `EVAL_LOG_KEY` */
export async function readLogKeys(options: LogKeyOptions = {}): Promise<LogKeys> {
  const own = await readLogKey(options);
  return { own: own?.publicKey, trusted: await readTrusted(trustedPath(options)) };
}

/** What a key is to the user. */
export function keyStanding(key: PublicKey, { own, trusted }: LogKeys): KeyStanding {
  if (key === own) return "own";
  return trusted.includes(key) ? "trusted" : "unknown";
}

/**
 * Trusts the public keys of a text from now on: lines of `mlebench log key export`, or one public key in PEM.
 * @returns the keys.
 * @throws EvalLogError `EVAL_LOG_KEY` of the kind `usage` when it holds anything else.
 */
export async function trustLogKeys(text: string, options: LogKeyOptions = {}): Promise<readonly PublicKey[]> {
  const keys = parsePublicKeys(text);
  const path = trustedPath(options);
  mkdirSync(stateDirectory(options.env), { recursive: true, mode: 0o700 });
  await using _lock = await lockFile(`${path}.lock`);
  const all = new Set([...(await readTrusted(path)), ...keys]);
  await writeAtomically(path, [...all].map((key) => `${publicKeyLine(key)}\n`).join(""), { mode: 0o600 });
  return keys;
}

function trustedPath({ env }: LogKeyOptions): string {
  return join(stateDirectory(env), TRUSTED_FILE);
}

async function readTrusted(path: string): Promise<readonly PublicKey[]> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    if (codeOf(cause) === "ENOENT" || codeOf(cause) === "ENOTDIR") return [];
    throw wrong(`The trusted keys ${path} cannot be read: ${messageOf(cause)}`, cause);
  }
  return parseLines(text);
}

function parsePublicKeys(text: string): readonly PublicKey[] {
  if (/PRIVATE KEY/.test(text)) {
    throw wrong("This is a private key: it belongs to whoever seals logs with it, and is never given away.");
  }
  if (!text.includes("BEGIN PUBLIC KEY")) {
    const keys = parseLines(text);
    if (keys.length > 0) return keys;
    throw wrong("There is no public key of a log in it.");
  }
  try {
    return [publicKeyOf(createPublicKey(text))];
  } catch (cause) {
    throw wrong("It has no Ed25519 public key.", cause);
  }
}

function parseLines(text: string): readonly PublicKey[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [, key = "", fingerprint] = LINE.exec(line) ?? [];
      if (!isPublicKey(key)) throw wrong(`"${line.slice(0, 80)}" is not the public key of a log.`);
      if (fingerprint !== undefined && fingerprint !== fingerprintOf(key)) {
        throw wrong(`The key ${key} does not have the fingerprint ${fingerprint}.`);
      }
      return key;
    });
}

function wrong(message: string, cause?: unknown): EvalLogError {
  return new EvalLogError({
    code: "EVAL_LOG_KEY",
    message,
    hint: "Give what `mlebench log key export` printed on the other machine.",
    kind: "usage",
    cause,
  });
}
