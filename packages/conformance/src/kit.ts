import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A prepared file as upstream wrote it. */
export interface ExpectedFile {
  readonly size: number;
  readonly md5: string;
  /** md5 of each file in a zip, by name. */
  readonly entries?: Readonly<Record<string, string>>;
  /** md5 of the decoded pixel array. */
  readonly pixels?: string;
  readonly imageMode?: string;
  readonly imageSize?: readonly [number, number];
}

/** How upstream graded one submission. */
export interface ExpectedGrading {
  readonly name: string;
  /** NaN and infinities are the texts `nan`, `inf`, `-inf`. */
  readonly score: number | "nan" | "inf" | "-inf" | null;
  readonly rounded: number | "nan" | "inf" | "-inf" | null;
  readonly error: {
    readonly stage: string;
    readonly kind?: string;
    readonly type: string;
    readonly message: string;
  } | null;
}

/** expected.json of one competition. */
export interface Expected {
  readonly competition: string;
  readonly public: Readonly<Record<string, ExpectedFile>>;
  readonly private: Readonly<Record<string, ExpectedFile>>;
  /** Files that only need to exist and be well-formed: `public/test.zip`. */
  readonly unstable: readonly string[];
  readonly grading: readonly ExpectedGrading[];
}

/** The kit in this package. */
export const BUNDLED_KIT: string = fileURLToPath(new URL("../kit/", import.meta.url));

/** Ids of the competitions in a kit, sorted. */
export function listKit(kit: string): string[] {
  return readdirSync(kit)
    .filter((name) => existsSync(join(kit, name, "expected.json")))
    .sort();
}

/** What upstream made of a competition's raw data. */
export async function readExpected(kit: string, id: string): Promise<Expected> {
  return JSON.parse(await readFile(join(kit, id, "expected.json"), "utf8")) as Expected;
}

export function md5(data: Uint8Array): string {
  return createHash("md5").update(data).digest("hex");
}
