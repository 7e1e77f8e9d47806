/**
 * How a value of a setting is written and what it may be.
 *
 * `value` is one text, `words` are several whose values are put together, `flag` is true or false, `pairs` are
 * `key=value` (a mapping in a file) that several sources fill key by key, `mapping` is YAML or JSON.
 */
export interface Reader<Value> {
  readonly kind: "value" | "words" | "flag" | "pairs" | "mapping";
  /** What a text means; undefined when it means nothing. Pairs and mappings are read by `readPairs` and `readMapping`. */
  read(text: string): Value | undefined;
  /** Whether a value from JavaScript, YAML or a log is one. */
  isValue(value: unknown): value is Value;
  /** What it must be, as a sentence for messages. */
  readonly expects: string;
  /** How the keys of pairs are spelled in the options: as written, or `podTimeout` for `pod_timeout`. */
  readonly keys?: "snake" | "camel";
  /** What the values of pairs are. @default "yaml" */
  readonly pairValues?: "yaml" | "text";
}
