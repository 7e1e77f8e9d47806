const modules = new Set<string>();

/** Notes a plug-in module that was loaded; the process that grades loads it too. Nothing is imported here. */
export function notePlugIn(url: string): void {
  modules.add(url);
}

/** URLs of the plug-in modules, in the order in which they were loaded. */
export function plugInModules(): readonly string[] {
  return [...modules];
}
