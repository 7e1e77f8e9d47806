import { registerPreparer } from "@mlebench/data-prep";

const ids = new Set<string>();

/** Registers a preparer that a plug-in module brings: another process can have it too, by loading that module. */
export const registerPlugInPreparer: typeof registerPreparer = (preparer) => {
  registerPreparer(preparer);
  ids.add(preparer.id);
};

/** Whether a competition's preparer came from a plug-in module. */
export function isPlugInPreparer(competitionId: string): boolean {
  return ids.has(competitionId);
}
