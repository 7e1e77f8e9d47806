import { totalmem } from "node:os";

/** Where the sizes of memory are read. */
export interface MemoryReader {
  /** Bytes that this process may use at most, as in a container; 0 where nothing limits it. */
  readonly constrainedMemory: () => number;
  /** Bytes of the machine. */
  readonly totalMemory: () => number;
}

const THIS_PROCESS: MemoryReader = { constrainedMemory: () => process.constrainedMemory(), totalMemory: totalmem };
/** No process that does a piece of work gets less, however many run side by side. */
const LEAST_MIB = 2048;

/**
 * A share of the memory that this machine, or this container, has for us, in MiB; at least 2048.
 * @param share between 0 and 1.
 */
export function memoryShareMiB(share: number, { constrainedMemory, totalMemory }: MemoryReader = THIS_PROCESS): number {
  const bytes = Math.min(constrainedMemory() || Number.POSITIVE_INFINITY, totalMemory());
  return Math.max(LEAST_MIB, Math.floor((share * bytes) / 2 ** 20));
}
