import { parseJson } from "@mlebench/base";
import { z } from "zod";
import { type DownloadUrlOptions, downloadUrl } from "./download/download-url.js";
import type { DownloadResult } from "./download/transfer-options.js";
import { NotFoundError, UnexpectedResponseError } from "./errors.js";
import { followRedirects } from "./http/follow-redirects.js";
import { readText } from "./http/read-body.js";
import { responseError } from "./http/response-error.js";
import { withRetry } from "./http/retry.js";
import { isSafeTarget } from "./http/safe-target.js";
import { createTransport, type Transport } from "./http/transport.js";
import { withoutQuery } from "./http/url.js";
import { USER_AGENT } from "./user-agent.js";

const LFS_TYPE = "application/vnd.git-lfs+json";
const MAX_BATCH_BYTES = 1024 * 1024;

// https://github.com/git-lfs/git-lfs/blob/main/docs/api/batch.md
const BatchAnswer = z.object({
  objects: z.array(
    z.object({
      oid: z.string(),
      actions: z
        .object({
          download: z.object({ href: z.url(), header: z.record(z.string(), z.string()).optional() }).optional(),
        })
        .optional(),
      error: z.object({ code: z.number(), message: z.string() }).optional(),
    }),
  ),
});

/** A file kept in Git LFS. */
export interface LfsObject {
  /** SHA-256 of the content, hexadecimal. */
  readonly oid: string;
  /** Bytes of the content. */
  readonly size: number;
}

/** What {@link fetchLfsObject} takes. */
export interface FetchLfsObjectOptions
  extends LfsObject,
    Omit<DownloadUrlOptions, "path" | "directory" | "headers" | "identity" | "bytes" | "md5" | "sha256"> {
  /** The repository's address for cloning, with or without `.git`. */
  readonly repositoryUrl: string;
  /** The file to write. */
  readonly path: string;
}

/**
 * Fetches one object of a public repository through the Git LFS batch protocol and verifies length and SHA-256.
 * @throws NotFoundError when the repository does not have it; IntegrityError; the others of the family.
 */
export async function fetchLfsObject(options: FetchLfsObjectOptions): Promise<DownloadResult> {
  const { oid, size, signal } = options;
  const transport = options.transport ?? createTransport({ env: options.env });
  try {
    const action = await withRetry(() => askForObject(transport, options), { policy: options.retry, signal });
    return await downloadUrl(action.href, {
      ...options,
      transport,
      headers: action.header,
      identity: `lfs:${oid}`,
      bytes: size,
      sha256: oid,
    });
  } finally {
    if (options.transport === undefined) await transport.close();
  }
}

/** Reads the text that stands in a checkout in place of a file kept in Git LFS; undefined when it is no such text. */
export function parseLfsPointer(text: string): LfsObject | undefined {
  if (!text.startsWith("version https://git-lfs.github.com/spec/v1\n")) return undefined;
  const [, oid] = /^oid sha256:([0-9a-f]{64})$/m.exec(text) ?? [];
  const [, size] = /^size (\d+)$/m.exec(text) ?? [];
  return oid === undefined || size === undefined ? undefined : { oid, size: Number(size) };
}

async function askForObject(
  transport: Transport,
  options: FetchLfsObjectOptions,
): Promise<{ href: string; header?: Record<string, string> }> {
  const { oid, size, signal } = options;
  const repository = options.repositoryUrl.replace(/\/+$/, "").replace(/(\.git)?$/, ".git");
  const what = `object ${oid.slice(0, 12)}… of ${repository}`;
  const response = await followRedirects(transport, {
    method: "POST",
    url: `${repository}/info/lfs/objects/batch`,
    headers: { accept: LFS_TYPE, "content-type": LFS_TYPE, "user-agent": USER_AGENT },
    body: JSON.stringify({
      operation: "download",
      transfers: ["basic"],
      hash_algo: "sha256",
      objects: [{ oid, size }],
    }),
    headersTimeoutSeconds: 60,
    signal,
  });
  if (response.status !== 200) throw (await responseError(response, { what })).error;
  const text = await readText(response, { maxBytes: MAX_BATCH_BYTES, stallSeconds: 60, signal });
  const batch = BatchAnswer.safeParse(parseJson(text));
  if (!batch.success) throw new UnexpectedResponseError(what, "not a batch answer", { cause: batch.error });
  const object = batch.data.objects.find((candidate) => candidate.oid === oid);
  if (object?.error !== undefined) {
    const { code, message } = object.error;
    if (code === 404) throw new NotFoundError(what, message);
    throw new UnexpectedResponseError(what, `${code}: ${message}`, { status: code });
  }
  const action = object?.actions?.download;
  if (action === undefined) throw new UnexpectedResponseError(what, "the batch answer has no address for it");
  if (!isSafeTarget(new URL(response.url), new URL(action.href))) {
    throw new UnexpectedResponseError(what, `the batch answer names ${withoutQuery(action.href)}, which is not safe`);
  }
  return action;
}
