import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { UsageError } from "../errors.js";
import { importUserModule } from "./import-user-module.js";
import { notePlugIn, plugInModules } from "./plug-in-modules.js";
import { RUN_REGISTRY } from "./plug-in-registry.js";

/**
 * Imports a plug-in module and lets its default export register competitions, graders, preparers, providers or mock
 * models. Its graders then run in a process of their own, as the bundled ones do. Loading it again does nothing.
 * @param path relative to the working directory.
 * @throws UsageError when it cannot be imported or has no function as its default export.
 */
export async function loadPlugIn(path: string): Promise<void> {
  const url = pathToFileURL(resolve(path)).href;
  if (plugInModules().includes(url)) return;
  const { default: plugIn } = await importUserModule(path, {
    what: "plug-in",
    code: "RUNNER_MODULE",
    hint: "Give the path of an ES module in JavaScript, for example ./my-competition.mjs.",
  });
  if (typeof plugIn !== "function") {
    throw new UsageError({
      code: "RUNNER_MODULE",
      message: `The plug-in ${path} has no function as its default export.`,
      hint: "Write `export default ({ registerCompetition, registerGrader }) => { ... }`.",
    });
  }
  await plugIn(RUN_REGISTRY);
  notePlugIn(url);
}
