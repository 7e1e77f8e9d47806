import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { mkdirSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { codeOf, lockFile, messageOf, stateDirectory, writeAtomically } from "@mlebench/base";
import { EvalLogError } from "../errors.js";
import { type PublicKey, publicKeyOf } from "./public-key.js";

/** The variable that names the file of a private key, instead of the user's own. */
export const LOG_KEY_VARIABLE = "MLEBENCH_LOG_KEY";
const KEY_FILE = "log-key.pem";
/** A PEM of Ed25519 has about 120 bytes. */
const MAX_KEY_BYTES = 16 * 1024;

/** The key that logs are sealed with. */
export interface LogKey {
  readonly publicKey: PublicKey;
  /** @returns the signature in base64url */
  sign(text: string): string;
  /** Forms of the private key, for a redactor: no log or message may hold one. */
  readonly secrets: readonly string[];
}

/** What {@link openLogKey} and {@link readLogKey} take. */
export interface LogKeyOptions {
  /** Where MLEBENCH_LOG_KEY and XDG_STATE_HOME are looked for. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * The user's key: of the file that MLEBENCH_LOG_KEY names, else `log-key.pem` in the state folder, made when it is not
 * there. Processes that make it at one time agree on one.
 * @throws EvalLogError `EVAL_LOG_KEY` when it cannot be read or made; of the kind `usage` for one that was named.
 */
export async function openLogKey(options: LogKeyOptions = {}): Promise<LogKey> {
  const found = await readLogKey(options);
  if (found) return found;
  const path = ownKeyPath(options);
  try {
    // Others may list neither the key nor the keys that are trusted.
    mkdirSync(stateDirectory(options.env), { recursive: true, mode: 0o700 });
    await using _lock = await lockFile(`${path}.lock`);
    const made = await readKeyFile(path);
    if (made) return made;
    const { privateKey } = generateKeyPairSync("ed25519");
    await writeAtomically(path, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
    return logKey(privateKey);
  } catch (cause) {
    if (EvalLogError.is(cause)) throw cause;
    throw new EvalLogError({
      code: "EVAL_LOG_KEY",
      message: `The key that logs are sealed with cannot be made at ${path}: ${messageOf(cause)}`,
      hint: `Make the folder writable, or name a key with ${LOG_KEY_VARIABLE}.`,
      cause,
    });
  }
}

/** The user's key where there is one already; nothing is made. @throws EvalLogError as {@link openLogKey} */
export async function readLogKey({ env = process.env }: LogKeyOptions = {}): Promise<LogKey | undefined> {
  const named = env[LOG_KEY_VARIABLE];
  if (!named) return await readKeyFile(ownKeyPath({ env }));
  const key = await readKeyFile(named, { isNamed: true });
  if (key) return key;
  throw unusable(named, "there is no such file", { isNamed: true });
}

function ownKeyPath({ env }: LogKeyOptions): string {
  return join(stateDirectory(env), KEY_FILE);
}

/** Undefined when there is none. */
async function readKeyFile(path: string, { isNamed = false } = {}): Promise<LogKey | undefined> {
  try {
    const status = await stat(path);
    // A pipe would wait for ever, a device would not end.
    if (!status.isFile() || status.size > MAX_KEY_BYTES) throw unusable(path, "it is not a key file", { isNamed });
    return logKey(createPrivateKey(await readFile(path)));
  } catch (cause) {
    if (EvalLogError.is(cause)) throw cause;
    if (codeOf(cause) === "ENOENT") return undefined;
    const isRead = codeOf(cause)?.startsWith("E") && !codeOf(cause)?.startsWith("ERR_");
    throw unusable(path, isRead ? messageOf(cause) : "it has no Ed25519 private key in PEM", { isNamed, cause });
  }
}

function logKey(privateKey: KeyObject): LogKey {
  const publicKey = publicKeyOf(privateKey);
  const der = privateKey.export({ type: "pkcs8", format: "der" });
  // The last 32 bytes are the key itself.
  const seed = der.subarray(-32);
  return {
    publicKey,
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString("base64url"),
    secrets: [der.toString("base64"), seed.toString("base64"), seed.toString("base64url"), seed.toString("hex")],
  };
}

function unusable(
  path: string,
  reason: string,
  { isNamed, cause }: { readonly isNamed: boolean; readonly cause?: unknown },
): EvalLogError {
  return new EvalLogError({
    code: "EVAL_LOG_KEY",
    message: `The log key ${path} cannot be used: ${reason}.`,
    hint: isNamed
      ? `${LOG_KEY_VARIABLE} must name a file that \`openssl genpkey -algorithm ed25519\` wrote.`
      : "Restore the file, or remove it: a new key is made, and logs of the old one count as another's.",
    kind: isNamed ? "usage" : "failure",
    cause,
  });
}
