import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { pack } from "tar-stream";
import type { ListedFile } from "./list-files.js";

export interface PackFilesOptions {
  /** Told of each file that is in the archive. */
  readonly onFile?: (file: ListedFile, sha256: string) => void;
}

/** One tar stream of files, readable for all and writable for root alone; holds a few chunks of one file at a time. */
export function packFiles(files: readonly ListedFile[], { onFile }: PackFilesOptions = {}) {
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
