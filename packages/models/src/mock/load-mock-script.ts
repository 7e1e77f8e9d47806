import { readFile } from "node:fs/promises";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { nearestNames } from "@mlebench/base";
import { parse as parseYaml } from "yaml";
import { ModelScriptError } from "../errors.js";
import { type MockFunction, type MockScript, type MockScriptInput, parseMockScript } from "./mock-script.js";

/** Scripts that are known by a name; plug-ins add theirs. */
const named = new Map<string, MockScript | MockFunction>([
  [
    "default",
    parseMockScript("default", {
      turns: [{ text: "A mock model can only hand in what is there.", submit: "done" }],
      end: "submit",
    }),
  ],
]);

/** Makes a script available as `mock/<name>`. */
export function registerMockScript(name: string, script: MockScriptInput | MockFunction): void {
  named.set(name, typeof script === "function" ? script : parseMockScript(name, script));
}

const MODULES = new Set([".js", ".mjs", ".cjs", ".ts", ".mts"]);
const TEXTS = new Set([".yaml", ".yml", ".json"]);

/** The script of `mock/<name or path>`; paths are relative to `directory`. */
export async function loadMockScript(nameOrPath: string, directory: string): Promise<MockScript | MockFunction> {
  const known = named.get(nameOrPath);
  if (known !== undefined) return known;
  const extension = extname(nameOrPath);
  const path = resolve(directory, nameOrPath);
  if (MODULES.has(extension)) return fromModule(path);
  if (TEXTS.has(extension)) return fromText(path);
  const near = nearestNames(nameOrPath, named.keys());
  throw new ModelScriptError(
    `There is no mock script "${nameOrPath}".`,
    `${near.length > 0 ? `Did you mean mock/${near[0]}? ` : ""}Named scripts are ${[...named.keys()].join(", ")}; otherwise give a .yaml, .json or .js file.`,
  );
}

async function fromText(path: string): Promise<MockScript> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw new ModelScriptError(`The mock script ${path} cannot be read.`, "Check the path.", error);
  }
  try {
    return parseMockScript(path, parseYaml(text));
  } catch (error) {
    if (ModelScriptError.is(error)) throw error;
    throw new ModelScriptError(`The mock script ${path} is neither YAML nor JSON.`, "Correct it.", error);
  }
}

async function fromModule(path: string): Promise<MockScript | MockFunction> {
  let module: { default?: unknown };
  try {
    module = await import(pathToFileURL(path).href);
  } catch (error) {
    throw new ModelScriptError(`The mock script ${path} cannot be loaded.`, "See the cause.", error);
  }
  const script = module.default;
  return typeof script === "function" ? (script as MockFunction) : parseMockScript(path, script);
}
