import { describe, expect, it } from "vitest";
import { listSurfaces, readExports } from "./exported-symbols.js";

const surfaces = listSurfaces();
const exportsOf = readExports(surfaces);

describe("the public surface", () => {
  it.each(surfaces)("%s exports nothing without a doc comment", (surface) => {
    const symbols = exportsOf.get(surface) ?? [];
    expect(symbols.length).toBeGreaterThan(0);
    expect(symbols.filter(({ isDocumented }) => !isDocumented).map(({ name, where }) => `${name} ${where}`)).toEqual(
      [],
    );
  });
});
