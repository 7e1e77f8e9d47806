import { fromRaised, type RaisedError } from "../../child-process/raised-error.js";
import { RunnerError } from "../../errors.js";
import type { ParentMessage, ParentWork } from "./preparation-messages.js";

/** Work that the parent process was asked for failed there. */
export class ParentWorkError extends RunnerError {
  readonly call: number;

  constructor(call: number, error: RaisedError) {
    super(fromRaised(error, "RUNNER_PREPARATION"));
    this.call = call;
  }
}

/** The child's side of asking the parent process to do something and waiting for it. */
export class ParentCalls {
  readonly #waiting = new Map<number, { resolve: (value: string | Uint8Array) => void; reject: (e: Error) => void }>();
  readonly #send: (call: number, work: ParentWork, args: readonly string[]) => void;
  #last = 0;

  constructor(send: (call: number, work: ParentWork, args: readonly string[]) => void) {
    this.#send = send;
  }

  /** @throws ParentWorkError */
  ask(work: ParentWork, ...args: readonly string[]): Promise<string | Uint8Array> {
    this.#last += 1;
    const call = this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(call, { resolve, reject });
      this.#send(call, work, args);
    });
  }

  settle(message: Extract<ParentMessage, { type: "answer" | "failure" }>): void {
    const waiting = this.#waiting.get(message.call);
    this.#waiting.delete(message.call);
    if (message.type === "answer") waiting?.resolve(message.value);
    else waiting?.reject(new ParentWorkError(message.call, message.error));
  }
}
