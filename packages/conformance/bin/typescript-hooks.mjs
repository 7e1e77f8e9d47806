// Module hooks: `@mlebench/x` means packages/x/src/index.ts, `./y.js` means y.ts where that exists, and TypeScript is
// stripped file by file, so that a broken file breaks only what imports it.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const { transform } = createRequire(import.meta.url)("esbuild");
const packages = new URL("../../", import.meta.url);

export async function resolve(specifier, context, next) {
  const inner = /^@mlebench\/([a-z0-9-]+)(\/testing|\/settings)?$/.exec(specifier);
  if (inner) {
    const url = new URL(`${inner[1]}/src${inner[2] ?? ""}/index.ts`, packages).href;
    return { url, shortCircuit: true };
  }
  if (specifier.startsWith(".") && specifier.endsWith(".js") && context.parentURL?.endsWith(".ts")) {
    const url = new URL(`${specifier.slice(0, -".js".length)}.ts`, context.parentURL);
    if (existsSync(url)) return { url: url.href, shortCircuit: true };
  }
  return next(specifier, context);
}

export async function load(url, context, next) {
  if (!url.startsWith("file:") || !url.endsWith(".ts")) return next(url, context);
  const sourcefile = fileURLToPath(url);
  const { code } = await transform(await readFile(sourcefile, "utf8"), {
    loader: "ts",
    format: "esm",
    target: "node20",
    supported: { "import-attributes": true },
    sourcemap: "inline",
    sourcefile,
  });
  return { format: "module", source: code, shortCircuit: true };
}
