import { existsSync } from "node:fs";
import { defineConfig } from "tsup";

/** Every package builds alike: ESM and types from one index, plus what it publishes under ./testing and ./provider-kit. */
export default defineConfig({
  entry: {
    index: "src/index.ts",
    ...(existsSync("src/testing/index.ts") ? { "testing/index": "src/testing/index.ts" } : {}),
    ...(existsSync("src/provider-kit.ts") ? { "provider-kit": "src/provider-kit.ts" } : {}),
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
