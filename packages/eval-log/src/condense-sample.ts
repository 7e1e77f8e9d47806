import { AttachmentStore, attachmentResolver, mapEventTexts, mapMessageTexts, type TextMaps } from "./attachments.js";
import { EventPools, expandEvent } from "./pools.js";
import type { EvalEvent } from "./types/events.js";
import type { ChatMessage } from "./types/messages.js";
import type { EvalSample } from "./types/sample.js";

/**
 * The form in which a sample is stored: messages that model events repeat go to pools, long texts of events and data
 * URIs of messages to attachments. Every reader undoes it; a condensed sample comes back as it is.
 */
export function condenseSample(sample: EvalSample): EvalSample {
  const store = new AttachmentStore(sample.attachments);
  const maps: TextMaps = { event: store.fromEvent, media: store.fromMessage };
  const mapped = cachedMessageMap(store.fromEvent);
  const pools = new EventPools(
    sample.events_data && {
      messages: sample.events_data.messages.map(mapped),
      calls: sample.events_data.calls,
    },
  );
  const condense = (event: EvalEvent): EvalEvent => {
    if (event.event !== "model") return mapEventTexts(event, maps);
    // The walk over the input is shared, since each model event carries the whole conversation again.
    const { input, ...rest } = event;
    return pools.condense({ ...walkModelEvent(rest, maps), input: input.map(mapped) });
  };
  return {
    ...sample,
    input: mapInput(sample.input, store.fromMessage),
    messages: (sample.messages ?? []).map((message) => mapMessageTexts(message, store.fromMessage)),
    events: (sample.events ?? []).map(condense),
    ...(sample.error_retries && {
      error_retries: sample.error_retries.map((retry) => ({
        ...retry,
        // Readers resolve pools only for the sample's own events, so these keep their input inline.
        ...(retry.events && { events: retry.events.map((event) => mapEventTexts(event, maps)) }),
      })),
    }),
    events_data: pools.data,
    attachments: store.attachments,
  };
}

export interface ResolveOptions {
  /** Put attachments back in place as well, and empty `attachments`. @default true */
  readonly attachments?: boolean;
}

/** Undoes {@link condenseSample}: events carry their whole input again. */
export function resolveSample(sample: EvalSample, { attachments = true }: ResolveOptions = {}): EvalSample {
  const { events_data: pools, ...rest } = sample;
  const expanded = {
    ...rest,
    events: (sample.events ?? []).map((event) => (pools ? expandEvent(event, pools) : event)),
  };
  if (!attachments) return expanded;
  const resolve = attachmentResolver(sample.attachments ?? {});
  const maps: TextMaps = { event: resolve, media: resolve };
  return {
    ...expanded,
    input: mapInput(sample.input, resolve),
    messages: (sample.messages ?? []).map((message) => mapMessageTexts(message, resolve)),
    events: expanded.events.map((event) => mapEventTexts(event, maps)),
    ...(sample.error_retries && {
      error_retries: sample.error_retries.map((retry) => ({
        ...retry,
        ...(retry.events && { events: retry.events.map((event) => mapEventTexts(event, maps)) }),
      })),
    }),
    attachments: {},
  };
}

function walkModelEvent(event: Omit<Extract<EvalEvent, { event: "model" }>, "input">, maps: TextMaps) {
  const walked = mapEventTexts({ ...event, input: [] }, maps);
  return walked.event === "model" ? walked : { ...event, input: [] };
}

function mapInput(input: string | ChatMessage[], map: (text: string) => string): string | ChatMessage[] {
  return typeof input === "string" ? map(input) : input.map((message) => mapMessageTexts(message, map));
}

function cachedMessageMap(map: (text: string) => string): (message: ChatMessage) => ChatMessage {
  const cache = new WeakMap<object, ChatMessage>();
  return (message) => {
    let mapped = cache.get(message);
    if (!mapped) {
      mapped = mapMessageTexts(message, map);
      cache.set(message, mapped);
    }
    return mapped;
  };
}
