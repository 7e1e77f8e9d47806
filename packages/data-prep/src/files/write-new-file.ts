import { rmSync, writeFileSync } from "node:fs";
import { codeOf } from "@mlebench/base";

/** Writes a file under a name. What is there is replaced, never written into: it may be another name of a raw file. */
export function writeNewFile(path: string, content: Uint8Array): void {
  try {
    writeFileSync(path, content, { flag: "wx" });
  } catch (error) {
    // Asked only now: with hundreds of thousands of small files every call counts.
    if (codeOf(error) !== "EEXIST") throw error;
    rmSync(path, { force: true });
    writeFileSync(path, content, { flag: "wx" });
  }
}
