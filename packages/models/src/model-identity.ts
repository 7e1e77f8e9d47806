import { findPrice, type Price, type Prices } from "./prices.js";
import { findTarget } from "./resolve-model.js";

/** What a model string means. */
export interface ModelIdentity {
  /** The model string with its provider's own name, e.g. `xai/grok-4` for `grok/grok-4`. */
  readonly id: string;
  readonly provider: string;
  /** The model's name at the provider. */
  readonly name: string;
  /** Absent when no price is known. */
  readonly price?: Price;
}

/**
 * The model of a model string, known without a key, a package or the network.
 * @param prices your own prices, before the list's.
 * @throws ModelOptionsError, UnknownProviderError for what is no model string.
 */
export function identifyModel(model: string, prices: Prices = {}): ModelIdentity {
  const { vendor: _, ...identity } = findTarget(model);
  return { ...identity, price: findPrice(identity.id, prices) };
}
