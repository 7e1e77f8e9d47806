import { existsSync } from "node:fs";
import { defineConfig } from "tsup";

const SUBPATHS = ["testing", "log-types"].filter((name) => existsSync(`src/${name}/index.ts`));

/** Every package builds alike: ESM and types from one index, plus one for each subpath such as the fakes of ./testing. */
export default defineConfig({
  entry: {
    index: "src/index.ts",
    ...Object.fromEntries(SUBPATHS.map((name) => [`${name}/index`, `src/${name}/index.ts`])),
  },
  format: "esm",
  target: "node20",
  platform: "node",
  dts: true,
  clean: true,
  sourcemap: true,
  splitting: true,
  removeNodeProtocol: false,
});
