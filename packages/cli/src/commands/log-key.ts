import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { fingerprintOf, openLogKey, publicKeyLine, trustLogKeys } from "@mlebench/runner";
import { CliUsageError } from "../errors.js";
import { toStdout } from "../output/print.js";

/** `mlebench log key export` */
export async function logKeyExport(): Promise<void> {
  const { publicKey } = await openLogKey();
  toStdout(`${publicKeyLine(publicKey)}\n`);
}

/** `mlebench log key trust` */
export async function logKeyTrust(path: string): Promise<void> {
  const given =
    path === "-"
      ? await text(process.stdin)
      : await readFile(path, "utf8").catch((cause: unknown) => {
          throw new CliUsageError(`The key ${path} cannot be read: ${cause instanceof Error ? cause.message : cause}`);
        });
  for (const key of await trustLogKeys(given)) toStdout(`trusted: ${fingerprintOf(key)}\n`);
}
