import type { EvalEvent } from "@mlebench/base/log-types";
import { EventCondenser } from "../event-condenser.js";
import { toJsonText } from "../json-text.js";
import type { Redactor } from "../redactor.js";

/** Numbers of the rows of all samples, each counted up by itself. Readers ask for what is above the last they have. */
export interface RowCounters {
  event: number;
  attachment: number;
  message: number;
  call: number;
}

interface SampleRow {
  readonly id: number;
  readonly sample_id: string;
  readonly epoch: number;
}

/** What one segment holds of one sample. An event that comes again, complete now, replaces the one of its `event_id`. */
export interface SampleRowsData {
  readonly events: readonly (SampleRow & { readonly event_id: string; readonly event: EvalEvent })[];
  readonly attachments: readonly (SampleRow & { readonly hash: string; readonly content: string })[];
  readonly message_pool: readonly (SampleRow & { readonly msg_id: string; readonly data: string })[];
  readonly call_pool: readonly (SampleRow & { readonly hash: string; readonly data: string })[];
}

/** Turns the growing list of a running sample's events into rows, each event once, and once more when it is complete. */
export class SampleRows {
  readonly #sample: { readonly sample_id: string; readonly epoch: number };
  readonly #condenser: EventCondenser;
  #seenEvents = 0;
  #pending: EvalEvent[] = [];
  #seenMessages = 0;
  #seenCalls = 0;
  readonly #seenAttachments = new Set<string>();

  constructor(id: string | number, epoch: number, redact?: Redactor) {
    this.#sample = { sample_id: String(id), epoch };
    this.#condenser = new EventCondenser({ redact });
  }

  /** @returns undefined when nothing has happened since the last call. */
  take(events: readonly EvalEvent[], counters: RowCounters): SampleRowsData | undefined {
    const completed = this.#pending.filter((event) => event.pending !== true);
    const added = events.slice(this.#seenEvents);
    this.#seenEvents = events.length;
    const changed = [...completed, ...added];
    if (changed.length === 0) return undefined;
    this.#pending = [...this.#pending, ...added].filter((event) => event.pending === true);

    const { pools, store } = this.#condenser;
    const rows = changed.map((event) => ({
      id: ++counters.event,
      event_id: event.uuid ?? "",
      ...this.#sample,
      event: this.#condenser.condense(event),
    }));
    const messages = pools.data.messages.slice(this.#seenMessages);
    const calls = pools.data.calls.slice(this.#seenCalls);
    this.#seenMessages = pools.data.messages.length;
    this.#seenCalls = pools.data.calls.length;
    const attachments = Object.entries(store.attachments).filter(([hash]) => !this.#seenAttachments.has(hash));
    for (const [hash] of attachments) this.#seenAttachments.add(hash);
    return {
      events: rows,
      attachments: attachments.map(([hash, content]) => ({
        id: ++counters.attachment,
        ...this.#sample,
        hash,
        content,
      })),
      message_pool: messages.map((message) => ({
        id: ++counters.message,
        ...this.#sample,
        msg_id: message.id ?? String(counters.message),
        data: toJsonText(message),
      })),
      call_pool: calls.map((call) => {
        const id = ++counters.call;
        return { id, ...this.#sample, hash: String(id), data: toJsonText(call) };
      }),
    };
  }
}
