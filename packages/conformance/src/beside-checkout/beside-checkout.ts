import { fileURLToPath } from "node:url";

/**
 * A folder of other people's files that may lie beside the checkout: real data, logs of Inspect, recorded facts. None of
 * it belongs to the repository, so tests that want it say so and skip when it is not there.
 */
export function besideCheckout(name: string): string {
  return fileURLToPath(new URL(`../../../../../shared/${name}`, import.meta.url));
}
