import { open } from "node:fs/promises";

/** Characters that are gathered before they are written. */
const CHUNK_CHARACTERS = 1 << 18;

/** Appends text to a new file. */
export interface TextWriter extends AsyncDisposable {
  /** Errors of the disk come out here and of `close`. Wait for one call before the next. */
  write(text: string): Promise<void> | undefined;
  /** Writes what is left. */
  close(): Promise<void>;
}

/** Opens a file, which must not be there, to be written in many small pieces of text (UTF-8). */
export async function createTextWriter(path: string): Promise<TextWriter> {
  const file = await open(path, "wx");
  let gathered = "";
  let isOpen = true;
  const flush = async () => {
    const text = gathered;
    gathered = "";
    await file.appendFile(text);
  };
  const end = async () => {
    if (isOpen) await file.close();
    isOpen = false;
  };
  return {
    write(text) {
      gathered += text;
      return gathered.length < CHUNK_CHARACTERS ? undefined : flush();
    },
    async close() {
      await flush();
      await end();
    },
    [Symbol.asyncDispose]: end,
  };
}
