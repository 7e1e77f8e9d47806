const modules = new Map<string, { readonly bundled: boolean }>();

/**
 * Notes a plug-in module that was loaded; the process that grades loads it too. Nothing is imported here.
 * @param options.bundled it comes with this package, so that a log need not remember it.
 */
export function notePlugIn(url: string, { bundled = false }: { readonly bundled?: boolean } = {}): void {
  modules.set(url, { bundled });
}

/** URLs of the plug-in modules, in the order in which they were loaded. */
export function plugInModules(): readonly string[] {
  return [...modules.keys()];
}

/** URLs of those that a user brought. */
export function userPlugIns(): readonly string[] {
  return [...modules].filter(([, { bundled }]) => !bundled).map(([url]) => url);
}
