import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { walkFiles } from "@mlebench/data-prep";
import { type KaggleServer, type KaggleServerOptions, startKaggleServer } from "@mlebench/kaggle-client/testing";

/** Small competitions made of synthetic data, with what upstream's own preparation makes of them. */
const KIT = fileURLToPath(new URL("../../../conformance/kit/", import.meta.url));
const CHECKED = /^[^/]+\.(?:csv|json|jsonl|parquet|bson)$/;

/** Several that differ in kind: tables, archives in the archive, images, texts, JSON. */
export const KIT_IDS = [
  "spaceship-titanic",
  "leaf-classification",
  "spooky-author-identification",
  "denoising-dirty-documents",
  "random-acts-of-pizza",
  "aerial-cactus-identification",
];

export function kitFile(id: string, name: "raw.zip" | "prepared.zip"): string {
  return join(KIT, id, name);
}

type Files = Readonly<Record<string, { readonly md5: string }>>;

/** `unstable`: files, with their folder, whose bytes differ from run to run of upstream's own tool. */
async function expectedOf(id: string): Promise<{ public: Files; private: Files; unstable: readonly string[] }> {
  return JSON.parse(await readFile(join(KIT, id, "expected.json"), "utf8"));
}

/** The kit's competitions as Kaggle serves them. */
export async function startKitServer(
  ids: readonly string[],
  options: Omit<KaggleServerOptions, "competitions"> & { readonly notAccepted?: readonly string[] } = {},
): Promise<KaggleServer> {
  const { notAccepted = [], ...rest } = options;
  const competitions = ids.map(
    (id) => [id, { zip: { path: kitFile(id, "raw.zip") }, rulesAccepted: !notAccepted.includes(id) }] as const,
  );
  return await startKaggleServer({ competitions: Object.fromEntries(competitions), ...rest });
}

/** Settings of a process that takes the server for Kaggle, and finds nothing where upstream's files should be. */
export function kitEnvironment(server: KaggleServer): Record<string, string> {
  return {
    KAGGLE_API_BASE: server.url,
    KAGGLE_USERNAME: "tester",
    KAGGLE_KEY: "test-key",
    MLEBENCH_ASSETS_URL: `${server.url}/nothing`,
    MLEBENCH_ASSETS_LFS_URL: `${server.url}/nothing`,
  };
}

/** The text of a file for `--checksums`. */
export async function kitChecksums(ids: readonly string[]): Promise<string> {
  const competitions: Record<string, unknown> = {};
  for (const id of ids) {
    const expected = await expectedOf(id);
    const checked = (files: Files): Record<string, string> =>
      Object.fromEntries(Object.entries(files).flatMap(([name, { md5 }]) => (CHECKED.test(name) ? [[name, md5]] : [])));
    const zip = md5Of(await readFile(kitFile(id, "raw.zip")));
    competitions[id] = { zip, public: checked(expected.public), private: checked(expected.private) };
  }
  return JSON.stringify({ competitions });
}

/** Files of a prepared competition that are not those of the kit, or missing; the description is nobody's. */
export async function differencesFromKit(dataDir: string, id: string): Promise<string[]> {
  const expected = await expectedOf(id);
  const differences: string[] = [];
  for (const part of ["public", "private"] as const) {
    const found = new Map<string, string>();
    for (const { name, path, kind } of walkFiles(join(dataDir, id, "prepared", part))) {
      if (kind !== "directory" && name !== "description.md") found.set(name, md5Of(await readFile(path)));
    }
    for (const name of new Set([...found.keys(), ...Object.keys(expected[part])])) {
      const isStable = !expected.unstable.includes(`${part}/${name}`);
      if (isStable ? found.get(name) !== expected[part][name]?.md5 : !found.has(name))
        differences.push(`${part}/${name}`);
    }
  }
  return differences;
}

function md5Of(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}
