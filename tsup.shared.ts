import { defineConfig } from "tsup";
import { sourceEntries } from "./source-entries.js";

/** Every package builds alike: ESM and types, one entry for each subpath that its package.json exports. */
export default defineConfig({
  entry: Object.fromEntries(sourceEntries(process.cwd()).map(({ output, source }) => [output, source])),
  format: "esm",
  target: "node20",
  platform: "node",
  dts: true,
  clean: true,
  sourcemap: true,
  splitting: true,
  removeNodeProtocol: false,
});
