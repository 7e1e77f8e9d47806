import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { messageOf } from "@mlebench/base";
import { UsageError } from "../errors.js";

/**
 * Imports a module that a user named.
 * @param path relative to the working directory.
 * @param options.what it is, for the message: "plug-in".
 * @throws UsageError when it cannot be imported.
 */
export async function importUserModule(
  path: string,
  { what, code, hint }: { readonly what: string; readonly code: string; readonly hint: string },
): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await import(pathToFileURL(resolve(path)).href);
  } catch (cause) {
    throw new UsageError({ code, message: `The ${what} ${path} can't be imported: ${messageOf(cause)}`, hint, cause });
  }
}
