import { isOutOfMemory } from "./bounded-preparation.js";
import type { PreparationSlot, PreparationSlots } from "./preparation-slots.js";

export interface WithinMemoryOptions {
  /** For a preparation among others. */
  readonly shareMiB: number;
  /** For one that runs alone. */
  readonly wholeMiB: number;
  /** Called before the second try. */
  readonly onRetry: () => void;
  readonly signal?: AbortSignal;
}

/** Tries with a share of the memory, and where that is too little again with all of it, when nobody else needs any. */
export async function withinMemory<T>(
  slots: PreparationSlots,
  attempt: (slot: PreparationSlot, memoryMiB: number) => Promise<T>,
  { shareMiB, wholeMiB, onRetry, signal }: WithinMemoryOptions,
): Promise<T> {
  try {
    using slot = await slots.one(signal);
    return await attempt(slot, shareMiB);
  } catch (error) {
    if (!isOutOfMemory(error) || shareMiB >= wholeMiB) throw error;
  }
  onRetry();
  using slot = await slots.all(signal);
  return await attempt(slot, wholeMiB);
}
