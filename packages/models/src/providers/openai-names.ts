/** What the name of a model of OpenAI says of it; deployments at Azure often have the model's name within theirs. */
export interface OpenAiModel {
  /** Better served by the responses protocol. */
  readonly prefersResponses: boolean;
  /** Takes effort and summaries, and gives its thinking encrypted. */
  readonly reasons: boolean;
  readonly isOSeries: boolean;
  /** Whether chat completions take an effort. */
  readonly takesEffort: boolean;
  /** Effort `max` is one of its words. */
  readonly hasMaxEffort: boolean;
  /** Whether it takes temperature and top_p at this effort. */
  takesSampling(effort: string | undefined): boolean;
}

/** What a model of OpenAI is, from its name, as Inspect reads it. */
export function openAiModel(given: string): OpenAiModel {
  const name = given.toLowerCase();
  const version = gptVersion(name);
  const isGpt5 = version >= 5;
  const isOSeries = /^o\d/.test(name) || (!name.includes("gpt") && /(?:^|[^a-z])o\d/.test(name));
  const isCodex = name.includes("codex");
  const isChat = isGpt5 && name.includes("-chat");
  const alwaysReasons = isOSeries || (isGpt5 && version < 5.1) || /gpt-6-astra|gpt-6\.1-sol/.test(name);
  return {
    prefersResponses: isGpt5 || isOSeries || isCodex,
    reasons: isOSeries || (isGpt5 && !isChat) || isCodex,
    isOSeries,
    takesEffort: isGpt5 || !name.includes("gpt"),
    hasMaxEffort: version >= 5.6,
    takesSampling(effort) {
      if (alwaysReasons) return false;
      if (version < 5.1) return true;
      const byDefault = version >= 5.5 && !isChat;
      return effort === undefined ? !byDefault : effort === "none";
    },
  };
}

/** 5.1 of `my-gpt-5.1-deployment`; 0 for other names. */
function gptVersion(name: string): number {
  return Number(/gpt-(\d(?:\.\d)?)(?!\d)/.exec(name)?.[1] ?? 0);
}
