import { shortId } from "@mlebench/base";
import { type EvalEvent, isoTime } from "@mlebench/eval-log";

/** Everything but what the transcript fills in itself. */
type NewEvent = { [Kind in EvalEvent["event"]]: Omit<Extract<EvalEvent, { event: Kind }>, "uuid"> }[EvalEvent["event"]];

/** The events of one attempt of a sample, in order, with their spans and clocks. */
export class Transcript {
  readonly events: EvalEvent[] = [];
  readonly #startedAt = Date.now();
  readonly #open: string[] = [];

  /** Seconds since the transcript began. */
  get elapsedSeconds(): number {
    return (Date.now() - this.#startedAt) / 1000;
  }

  /** The span that new events belong to. */
  get currentSpan(): string | undefined {
    return this.#open.at(-1);
  }

  /** Adds an event; what it does not say of place and time is filled in. */
  add(event: NewEvent): EvalEvent {
    const complete = {
      uuid: shortId(),
      span_id: this.currentSpan,
      timestamp: isoTime(new Date()),
      working_start: round3(this.elapsedSeconds),
      ...event,
    } as EvalEvent;
    this.events.push(complete);
    return complete;
  }

  /** Opens a span below the current one, runs the work and closes the span, also when the work throws. */
  async span<T>(name: string, type: string, work: (spanId: string) => Promise<T>): Promise<T> {
    const id = this.beginSpan(name, type);
    try {
      return await work(id);
    } finally {
      this.endSpan(id);
    }
  }

  /** Opens a span that becomes the current one. */
  beginSpan(name: string, type: string): string {
    const id = shortId();
    this.add({ event: "span_begin", id, span_id: id, name, type, parent_id: this.currentSpan });
    this.#open.push(id);
    return id;
  }

  endSpan(id: string): void {
    this.add({ event: "span_end", id, span_id: id });
    const at = this.#open.lastIndexOf(id);
    if (at !== -1) this.#open.splice(at, 1);
  }
}

export function round3(value: number): number {
  return Math.round(value * 1000) / 1000;
}
