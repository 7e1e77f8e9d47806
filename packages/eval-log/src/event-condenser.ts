import type { ChatMessage, EvalEvent, EventsData } from "@mlebench/base/log-types";
import { AttachmentStore, mapEventTexts, mapMessageTexts, type TextMaps } from "./attachments.js";
import { EventPools } from "./pools.js";
import type { Redactor } from "./redactor.js";

export interface EventCondenserOptions {
  /** Attachments there are already. */
  readonly attachments?: Readonly<Record<string, string>>;
  /** Pools there are already; their texts are moved out too. */
  readonly pools?: EventsData;
  /** Applied before anything is stored. */
  readonly redact?: Redactor;
}

/** Condenses the events of one sample one by one: repeated messages go to the pools, long texts to the store. */
export class EventCondenser {
  readonly store: AttachmentStore;
  readonly pools: EventPools;
  readonly maps: TextMaps;
  readonly #redact: Redactor;
  readonly #mapped: (message: ChatMessage) => ChatMessage;

  constructor({ attachments, pools, redact = (value) => value }: EventCondenserOptions = {}) {
    this.store = new AttachmentStore(attachments);
    this.maps = { event: this.store.fromEvent, media: this.store.fromMessage };
    this.#redact = redact;
    this.#mapped = cachedMap((message: ChatMessage) => mapMessageTexts(redact(message), this.store.fromEvent));
    this.pools = new EventPools(pools && { messages: pools.messages.map(this.#mapped), calls: pools.calls });
  }

  condense(event: EvalEvent): EvalEvent {
    if (event.event !== "model") return mapEventTexts(this.#redact(event), this.maps);
    // The walk over the input is shared, since each model event carries the whole conversation again.
    const { input } = event;
    const walked = mapEventTexts(this.#redact({ ...event, input: [] }), this.maps);
    return this.pools.condense(walked.event === "model" ? { ...walked, input: input.map(this.#mapped) } : walked);
  }
}

function cachedMap<T extends object>(map: (value: T) => T): (value: T) => T {
  const cache = new WeakMap<T, T>();
  return (value) => {
    let mapped = cache.get(value);
    if (!mapped) {
      mapped = map(value);
      cache.set(value, mapped);
    }
    return mapped;
  };
}
