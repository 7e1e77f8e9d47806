import type { PlugIn, PlugInRegistry } from "./plug-in-registry.js";

/** A definition stays what it is; a registration is passed over. */
const passOver = (definition?: unknown): unknown => definition;

/** The registry of a process that needs some kinds of things only; what else a plug-in registers is passed over. */
export function registryWith(only: Partial<PlugInRegistry>): PlugInRegistry {
  return new Proxy(only as PlugInRegistry, {
    get: (known, name) =>
      Reflect.get(known, name) ?? (/^(?:define|register)/.test(String(name)) ? passOver : undefined),
  });
}

/** Lets plug-in modules register things, in order. @param isEnough asked before each. */
export async function loadPlugInsInto(
  registry: PlugInRegistry,
  urls: readonly string[],
  isEnough: () => boolean = () => false,
): Promise<void> {
  for (const url of urls) {
    if (isEnough()) return;
    const module: { readonly default: PlugIn } = await import(url);
    await module.default(registry);
  }
}
