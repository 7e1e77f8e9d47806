import { join } from "node:path";
import { UnexpectedResponseError } from "../errors.js";
import { createTransport, type Transport } from "../http/transport.js";
import { withoutQuery } from "../http/url.js";
import { Bandwidth } from "./bandwidth.js";
import { download } from "./download.js";
import { urlSource } from "./source.js";
import type { DownloadResult, TransferOptions } from "./transfer-options.js";

/** What {@link downloadUrl} takes. */
export interface DownloadUrlOptions extends TransferOptions {
  /** The file to write. Either this or `directory`. */
  readonly path?: string;
  /** Where to write under the last part of the address. Either this or `path`. */
  readonly directory?: string;
  /** Sent to the address's own host only, not to one it redirects to. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Name of what is downloaded, the same in every run; needed to resume when the address changes, as signed ones do.
   * @default the address
   */
  readonly identity?: string;
  readonly maxBytesPerSecond?: number;
  /** Where the proxy variables are read. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Shared connections; without it, own ones are made and closed. */
  readonly transport?: Transport;
}

/**
 * Downloads any address to a file: resumes what an earlier run left, retries, verifies, and names the file when it is complete.
 * @throws a KaggleError of the family; an aborted signal throws its own reason and leaves the part for the next run.
 */
export async function downloadUrl(url: string, options: DownloadUrlOptions): Promise<DownloadResult> {
  const path = options.path ?? join(options.directory ?? ".", lastSegment(url));
  const transport = options.transport ?? createTransport({ env: options.env });
  try {
    const source = urlSource(transport, url, {
      headers: options.headers,
      identity: options.identity,
      timeoutSeconds: options.stallSeconds ?? 60,
    });
    const bandwidth = options.maxBytesPerSecond === undefined ? undefined : new Bandwidth(options.maxBytesPerSecond);
    return await download(source, { ...options, path, bandwidth });
  } finally {
    if (options.transport === undefined) await transport.close();
  }
}

function lastSegment(url: string): string {
  const encoded = new URL(url).pathname.split("/").at(-1) ?? "";
  let name = encoded;
  try {
    name = decodeURIComponent(encoded);
  } catch {
    // A stray percent sign: the name is taken as it stands.
  }
  if (name === "" || name === "." || name === ".." || /[/\\\0]/.test(name)) {
    throw new UnexpectedResponseError(withoutQuery(url), "the address does not end in a usable file name; give a path");
  }
  return name;
}
