import type { ChatMessage, EvalEvent, EventsData, JsonValue } from "@mlebench/base/log-types";

/** The keys under which wire requests carry their messages, in the order in which readers look. */
const CALL_KEYS = ["messages", "contents", "input", "inputs"] as const;

/** Ranges of pool positions, the end exclusive. */
type Refs = [number, number][];

/** Collects what model events repeat, so that a conversation of n turns takes n places instead of n²/2. */
export class EventPools {
  readonly data: { readonly messages: ChatMessage[]; readonly calls: JsonValue[] };
  readonly #messages = new Map<string, number>();
  readonly #calls = new Map<string, number>();
  readonly #keys = new WeakMap<object, string>();

  constructor(existing?: EventsData) {
    this.data = { messages: [...(existing?.messages ?? [])], calls: [...(existing?.calls ?? [])] };
    this.data.messages.forEach((message, index) => {
      this.#messages.set(messageKey(message), index);
    });
    this.data.calls.forEach((call, index) => {
      this.#calls.set(JSON.stringify(call), index);
    });
  }

  /** Moves a model event's input and request messages into the pools; other events pass through. */
  condense(event: EvalEvent): EvalEvent {
    if (event.event !== "model") return event;
    const condensed = { ...event };
    if (event.input.length > 0) {
      condensed.input = [];
      condensed.input_refs = toRefs(event.input.map((message) => this.#message(message)));
    }
    const { call } = event;
    const key = call && CALL_KEYS.find((name) => name in call.request);
    const messages = key && call.request[key];
    if (call && key && call.call_refs === undefined && Array.isArray(messages) && messages.length > 0) {
      const request = Object.fromEntries(Object.entries(call.request).filter(([name]) => name !== key));
      const refs = toRefs(messages.map((message: JsonValue) => this.#call(message)));
      condensed.call = { ...call, request, call_refs: refs, call_key: key };
    }
    return condensed;
  }

  #message(message: ChatMessage): number {
    let key = this.#keys.get(message);
    if (key === undefined) {
      key = messageKey(message);
      this.#keys.set(message, key);
    }
    return position(this.#messages, key, this.data.messages, message);
  }

  #call(message: JsonValue): number {
    return position(this.#calls, JSON.stringify(message), this.data.calls, message);
  }
}

/** Puts pooled inputs and request messages back into an event. */
export function expandEvent(event: EvalEvent, pools: EventsData): EvalEvent {
  if (event.event !== "model") return event;
  const expanded = { ...event };
  if (event.input_refs) {
    expanded.input = fromRefs(event.input_refs, pools.messages);
    delete expanded.input_refs;
  }
  if (event.call?.call_refs) {
    const { call_refs, call_key = "messages", ...call } = event.call;
    expanded.call = { ...call, request: { ...call.request, [call_key]: fromRefs(call_refs, pools.calls) } };
  }
  return expanded;
}

/** Two messages are the same when all but their ids is. */
function messageKey({ id: _id, ...message }: ChatMessage): string {
  return JSON.stringify(message);
}

function position<T>(index: Map<string, number>, key: string, pool: T[], value: T): number {
  let at = index.get(key);
  if (at === undefined) {
    at = pool.length;
    pool.push(value);
    index.set(key, at);
  }
  return at;
}

function toRefs(positions: readonly number[]): Refs {
  const refs: Refs = [];
  for (const at of positions) {
    const last = refs.at(-1);
    if (last && last[1] === at) last[1] = at + 1;
    else refs.push([at, at + 1]);
  }
  return refs;
}

function fromRefs<T>(refs: readonly (readonly [number, number])[], pool: readonly T[]): T[] {
  return refs.flatMap(([start, end]) => pool.slice(start, end));
}
