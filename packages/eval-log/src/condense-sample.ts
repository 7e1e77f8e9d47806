import type { EvalSample } from "@mlebench/base/log-types";
import { attachmentResolver, mapEventTexts, mapInput, mapMessageTexts, type TextMaps } from "./attachments.js";
import { EventCondenser } from "./event-condenser.js";
import { expandEvent } from "./pools.js";

/**
 * The form in which a sample is stored: messages that model events repeat go to pools, long texts of events and data
 * URIs of messages to attachments. Every reader undoes it; a condensed sample comes back as it is.
 */
export function condenseSample(sample: EvalSample): EvalSample {
  const condenser = new EventCondenser({ attachments: sample.attachments, pools: sample.events_data });
  const { store, maps, pools } = condenser;
  return {
    ...sample,
    input: mapInput(sample.input, store.fromMessage),
    messages: (sample.messages ?? []).map((message) => mapMessageTexts(message, store.fromMessage)),
    events: (sample.events ?? []).map((event) => condenser.condense(event)),
    error_retries: sample.error_retries?.map((retry) => ({
      ...retry,
      // Readers resolve pools only for the sample's own events, so these keep their input inline.
      events: retry.events?.map((event) => mapEventTexts(event, maps)),
    })),
    events_data: pools.data,
    attachments: store.attachments,
  };
}

/** How much of a condensed sample is put back. */
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
    error_retries: sample.error_retries?.map((retry) => ({
      ...retry,
      events: retry.events?.map((event) => mapEventTexts(event, maps)),
    })),
    attachments: {},
  };
}
