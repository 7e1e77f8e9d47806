import { statfs } from "node:fs/promises";
import { messageOf } from "@mlebench/base";
import { openDataDirectory } from "../data/disk/data-directory.js";
import type { Finding } from "./check.js";

/** The Lite split's raw data and its prepared copy, as the benchmark states it. */
const LITE_GB = 158;

export async function checkDataDirectory(dataDir: string): Promise<Finding> {
  const name = "Data directory";
  try {
    const directory = await openDataDirectory(dataDir);
    const { bavail, bsize } = await statfs(directory);
    const freeGB = Math.floor((bavail * bsize) / 1e9);
    const facts = `${directory}, ${freeGB} GB free`;
    if (freeGB >= LITE_GB) return { name, state: "ok", facts };
    return {
      name,
      state: "warning",
      facts,
      fix: `The low split needs about ${LITE_GB} GB, single competitions far less; \`mlebench list\` shows sizes. --data-dir chooses another disk.`,
    };
  } catch (error) {
    return {
      name,
      state: "missing",
      facts: messageOf(error),
      fix: "Choose a folder you may write to with --data-dir or MLEBENCH_DATA_DIR.",
    };
  }
}
