import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const PACKAGES = fileURLToPath(new URL("../../", import.meta.url));

/** What of ours each package may build on: only what stands above it, so that no two can build on each other. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  frame: ["base"],
  competitions: ["base"],
  "kaggle-client": ["base"],
  "sandbox-compose": ["base"],
  "agent-react": ["base"],
  models: ["base"],
  "eval-log": ["base"],
  grader: ["base", "frame", "competitions"],
  "data-prep": ["base", "frame", "competitions", "kaggle-client"],
  scorer: ["base", "grader"],
  "sandbox-k8s": ["base", "sandbox-compose"],
  runner: [
    ...["base", "frame", "competitions", "kaggle-client", "sandbox-compose", "agent-react", "models", "eval-log"],
    ...["grader", "data-prep", "scorer", "sandbox-k8s"],
  ],
  cli: ["base", "runner"],
};
const NAMES = Object.keys(MAY_IMPORT);

/** Looks at all packages from outside. */
const WATCHER = "conformance";

type Manifest = Readonly<Partial<Record<string, Readonly<Record<string, string>>>>>;

/** Names of ours in some groups of dependencies. */
function ours(name: string, groups: readonly string[]): readonly string[] {
  const manifest: Manifest = JSON.parse(readFileSync(join(PACKAGES, name, "package.json"), "utf8"));
  return [...new Set(groups.flatMap((group) => Object.keys(manifest[group] ?? {})).flatMap(ownName))];
}

/** `frame` of `@mlebench/frame` or of one of its subpaths. */
function ownName(specifier: string): readonly string[] {
  const [, name] = /^@mlebench\/([^/]+)/.exec(specifier) ?? [];
  return name === undefined ? [] : [name];
}

/** Packages of ours that a package's sources import, types included, each with a file that does. */
function importsOf(name: string, isWanted: (file: string) => boolean): ReadonlyMap<string, string> {
  const source = join(PACKAGES, name, "src");
  const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  const imports = files.filter(isWanted).flatMap((file) => {
    const { importedFiles } = ts.preProcessFile(readFileSync(join(source, file), "utf8"), true, true);
    return importedFiles.flatMap(({ fileName }) => ownName(fileName)).map((other) => [other, file] as const);
  });
  return new Map(imports);
}

/** Tests and what only they use; the latter stands in a folder of its own. */
const isTest = (file: string): boolean =>
  file.endsWith(".test.ts") || file.split(sep).some((part) => part === "test-support" || part === "process");

/** The folders of a package's sources that a folder imports from, types included. */
function folderArrows(name: string): ReadonlyMap<string, ReadonlySet<string>> {
  const source = join(PACKAGES, name, "src");
  const arrows = new Map<string, Set<string>>();
  for (const file of readdirSync(source, { recursive: true, encoding: "utf8" })) {
    const [folder, ...rest] = file.split(sep);
    if (!file.endsWith(".ts") || isTest(file) || folder === undefined || rest.length === 0) continue;
    const { importedFiles } = ts.preProcessFile(readFileSync(join(source, file), "utf8"), true, true);
    const others = importedFiles
      .filter(({ fileName }) => fileName.startsWith("."))
      .map(({ fileName }) => relative(source, join(source, dirname(file), fileName)).split(sep))
      .filter(([other, ...below]) => other !== folder && other !== ".." && below.length > 0)
      .map(([other]) => other!);
    arrows.set(folder, new Set([...(arrows.get(folder) ?? []), ...others]));
  }
  return arrows;
}

/** Folders that can be taken away one by one, each when nothing left is below it; what stays is in a circle. */
function foldersInCircles(arrows: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  const left = new Set(arrows.keys());
  const isGround = (folder: string): boolean => ![...arrows.get(folder)!].some((other) => left.has(other));
  for (let ground = [...left].filter(isGround); ground.length > 0; ground = [...left].filter(isGround))
    for (const folder of ground) left.delete(folder);
  return [...left];
}

describe("the arrows between the packages", () => {
  it("have every package in the table, each above those that build on it", () => {
    expect([...NAMES, WATCHER].sort()).toEqual(readdirSync(PACKAGES).sort());
    for (const [at, name] of NAMES.entries())
      expect(NAMES.slice(0, at)).toEqual(expect.arrayContaining([...MAY_IMPORT[name]!]));
  });

  it.each(NAMES)("%s depends on nothing but what it may build on", (name) => {
    const dependencies = ours(name, ["dependencies", "peerDependencies", "optionalDependencies"]);
    expect(dependencies.filter((other) => !MAY_IMPORT[name]!.includes(other))).toEqual([]);
  });

  it.each(NAMES)("%s imports nothing but what it depends on, and its tests what they depend on", (name) => {
    const dependencies = ours(name, ["dependencies", "peerDependencies", "optionalDependencies"]);
    const forTests = [name, ...dependencies, ...ours(name, ["devDependencies"])];
    const strays = (isWanted: (file: string) => boolean, allowed: readonly string[]) =>
      [...importsOf(name, isWanted)].filter(([other]) => !allowed.includes(other));
    expect(strays((file) => !isTest(file), dependencies)).toEqual([]);
    expect(strays(isTest, forTests)).toEqual([]);
  });

  it("have no circle among the folders of runner", () => {
    expect(foldersInCircles(folderArrows("runner"))).toEqual([]);
  });
});
