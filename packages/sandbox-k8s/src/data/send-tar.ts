import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type ExecStream, type Sandbox, SandboxFileError } from "@mlebench/sandbox-compose";
import { pack } from "tar-stream";
import type { ListedFile } from "./list-files.js";

const MAX_WORDS = 2000;
const NO_TAR = 127;

export interface SendTarOptions {
  readonly user: string | undefined;
  /** Told of each file that is in the archive. */
  readonly onFile?: (file: ListedFile, sha256: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Unpacks files in a folder of a sandbox that exists, over one stream.
 * @throws SandboxFileError with what tar says
 */
export async function sendTar(
  sandbox: Sandbox,
  files: readonly ListedFile[],
  target: string,
  { user, signal, onFile }: SendTarOptions,
): Promise<void> {
  signal?.throwIfAborted();
  const stream = await sandbox.stream(["tar", "-xf", "-", "-C", target], { user, signal });
  const words = firstWords(stream);
  stream.stdout.resume();
  const archive = packFiles(files, onFile);
  let failure: unknown;
  const sent = pipeline(archive, stream.stdin).catch((error: unknown) => {
    failure ??= error;
  });
  try {
    // A tar that gave up does not read what is left.
    const ended = stream.exit.then(({ exitCode }) => {
      if (exitCode !== 0) archive.destroy();
      return exitCode;
    });
    await Promise.race([sent, ended]);
    if (failure !== undefined && signal?.aborted !== true) {
      await stream.kill();
      const exitCode = await ended;
      if (exitCode === 0 || words() === "") throw failure;
    }
    const exitCode = await ended;
    signal?.throwIfAborted();
    if (exitCode !== 0) {
      const missing = exitCode === NO_TAR ? " (the image needs tar)" : "";
      throw new SandboxFileError(target, "failed", `tar ended with ${exitCode}${missing}: ${words()}`);
    }
  } finally {
    archive.destroy();
    await sent;
  }
}

/** One tar stream of files, readable for all and writable for root alone; holds a few chunks of one file at a time. */
export function packFiles(files: readonly ListedFile[], onFile?: SendTarOptions["onFile"]) {
  const archive = pack();
  const fill = async () => {
    for (const file of files) {
      const { name, kind, bytes, path } = file;
      if (kind === "directory") {
        archive.entry({ name, type: "directory", mode: 0o755, uid: 0, gid: 0 });
        continue;
      }
      const hash = createHash("sha256");
      const entry = archive.entry({ name, size: bytes, mode: 0o644, uid: 0, gid: 0 });
      if (bytes > 0) {
        const hashed = new Transform({
          transform(chunk: Buffer, _encoding, done) {
            if (onFile !== undefined) hash.update(chunk);
            done(null, chunk);
          },
        });
        // A file that grows meanwhile is cut to the size in its header; one that shrinks fails.
        await pipeline(createReadStream(path, { end: bytes - 1 }), hashed, entry);
      } else entry.end(Buffer.alloc(0));
      onFile?.(file, hash.digest("hex"));
    }
    archive.finalize();
  };
  fill().catch((error: unknown) => archive.destroy(error instanceof Error ? error : new Error(String(error))));
  return archive;
}

/** The first words that a command says of what went wrong, as far as they have come. */
export function firstWords({ stderr }: ExecStream): () => string {
  let words = "";
  stderr.on("data", (chunk: Buffer) => {
    if (words.length < MAX_WORDS) words += chunk.toString("utf8");
  });
  return () => words.trim();
}
