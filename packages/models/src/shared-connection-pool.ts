import { Semaphore } from "@mlebench/base";

const pools = new Map<string, Semaphore>();

/** The pool of a key with this size; the same key and size give the same pool, so that all samples of a run share it. */
export function sharedConnectionPool(key: string, max: number): Semaphore {
  const name = `${max} ${key}`;
  const pool = pools.get(name) ?? new Semaphore(max);
  pools.set(name, pool);
  return pool;
}
