import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { type Transform, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";

/**
 * Streams one unpacked file to disk, looking at every piece; a file that fails a check does not stay.
 * @param target undefined looks only.
 */
export async function writeEntry(
  target: string | undefined,
  source: AsyncIterable<Buffer>,
  options: {
    /** Unpacks the source's bytes. */
    readonly through?: Transform;
    readonly signal?: AbortSignal;
    /** Called before a piece is written; throws to stop. */
    readonly onChunk?: (chunk: Buffer) => void | Promise<void>;
    /** Called when all is written; throws when it is not what it should be. */
    readonly finish?: () => void;
  },
): Promise<void> {
  // Never open what is there: it may be another name of a raw file.
  if (target !== undefined) await rm(target, { force: true });
  const check = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      await options.onChunk?.(chunk);
      yield chunk;
    }
    options.finish?.();
  };
  const sink =
    target === undefined
      ? new Writable({ write: (_chunk, _encoding, done) => done() })
      : createWriteStream(target, { flags: "wx", highWaterMark: 1 << 20 });
  try {
    const { through, signal } = options;
    if (through === undefined) await pipeline(source, check, sink, { signal });
    else await pipeline(source, through, check, sink, { signal });
  } catch (error) {
    sink.destroy();
    if (target !== undefined) await rm(target, { force: true });
    throw error;
  }
}
