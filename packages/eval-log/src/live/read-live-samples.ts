import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { EvalSampleSummary } from "@mlebench/base/log-types";
import { z } from "zod";
import { parseJsonText } from "../json-text.js";
import { liveDirectory, MANIFEST } from "./live-names.js";

const Manifest = z.object({
  samples: z.array(z.object({ summary: z.looseObject({ id: z.union([z.string(), z.number()]), epoch: z.number() }) })),
});

/**
 * Rows of the samples of a log that were running when it was last looked at: now, or when its process was killed. Logs
 * of Inspect have them too when they were made with `--log-shared`.
 * @returns none when the log is finished or shows none.
 */
export async function readLiveSamples(logPath: string): Promise<EvalSampleSummary[]> {
  const text = await readFile(join(liveDirectory(logPath), MANIFEST), "utf8").catch(() => undefined);
  if (text === undefined) return [];
  const manifest = Manifest.safeParse(parseJsonText(text));
  if (!manifest.success) return [];
  return manifest.data.samples.map(({ summary }) => ({ input: "", target: "", ...summary }));
}
