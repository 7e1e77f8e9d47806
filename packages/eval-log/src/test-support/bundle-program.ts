import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const SOURCE = fileURLToPath(new URL("..", import.meta.url));

/** Makes a program that Node runs by itself out of TypeScript that imports `./index.ts` and others from our sources. */
export async function bundleProgram(contents: string, outfile: string): Promise<void> {
  await build({
    stdin: { contents, resolveDir: SOURCE, loader: "ts" },
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "error",
    tsconfig: fileURLToPath(new URL("../../../../tsconfig.json", import.meta.url)),
  });
}
