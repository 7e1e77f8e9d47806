import type { UnsentOption } from "@mlebench/agent-react";
import { snakeCase } from "../settings/setting.js";

interface ModelRemarksOptions {
  readonly modelId: string;
  /** Says something once in a run. */
  readonly warn: (message: string) => void;
  /** Keeps for the log's header what was never sent, by the log's names, with the reasons. */
  readonly record: (unsent: Readonly<Record<string, string>>) => void;
}

/** What a run's model does not take or has not got: said once in a run, and kept in its log. */
export class ModelRemarks {
  readonly #options: ModelRemarksOptions;
  readonly #said = new Set<string>();
  readonly #unsent: Record<string, string> = {};

  constructor(options: ModelRemarksOptions) {
    this.#options = options;
  }

  /** Takes note of what one generation did not send. @returns it in words, one for each option */
  unsent(options: readonly UnsentOption[]): readonly string[] {
    const { modelId, record } = this.#options;
    const fresh = options.filter(({ option }) => !Object.hasOwn(this.#unsent, logName(option)));
    for (const { option, reason } of fresh) this.#unsent[logName(option)] = reason;
    if (fresh.length > 0) record({ ...this.#unsent });
    return options.map(({ option, reason }) =>
      this.say(`${modelId} was not sent the option ${logName(option)}: ${reason}.`),
    );
  }

  /** Says it, unless it was said before. @returns the same */
  say(message: string): string {
    if (!this.#said.has(message)) {
      this.#said.add(message);
      this.#options.warn(message);
    }
    return message;
  }
}

/** An option's name in the log: Inspect's. */
export function logName(option: string): string {
  return option === "stopSequences" ? "stop_seqs" : snakeCase(option);
}
