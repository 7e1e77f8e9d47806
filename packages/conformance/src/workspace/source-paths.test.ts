import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { workspaceSources } from "../../../../source-entries.js";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const { paths } = JSON.parse(readFileSync(join(root, "tsconfig.json"), "utf8")).compilerOptions as {
  paths: Record<string, string[]>;
};

describe("the sources of the packages", () => {
  it("are where the exports of each package.json say", () => {
    expect(workspaceSources().filter(({ path }) => !existsSync(path))).toEqual([]);
  });

  it("are the paths of tsconfig.json", () => {
    const listed = Object.fromEntries(
      Object.entries(paths).map(([specifier, [path]]) => [specifier, join(root, path!)]),
    );
    expect(listed).toEqual(Object.fromEntries(workspaceSources().map(({ specifier, path }) => [specifier, path])));
  });
});
