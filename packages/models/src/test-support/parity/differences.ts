/** A difference between a request of Inspect's and ours that stays, and why. */
export interface KnownDifference {
  /** As the README's table names it. */
  readonly name: string;
  readonly why: string;
  matches(found: Difference): boolean;
}

/** One place at which two requests differ; a side is undefined where it has nothing there. */
export interface Difference {
  /** For example `body.messages.2.content`. */
  readonly path: string;
  readonly ours: unknown;
  readonly theirs: unknown;
}

const THINK = /^\n<think>\n[\s\S]*\n<\/think>\n\n?/;

/** Everything that is not as Inspect sends it. */
export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    name: "`anthropic-version`",
    why: "the AI SDK speaks the version of 2023, which takes sampling settings; answers are the same",
    matches: ({ path }) => path === "headers.anthropic-version",
  },
  {
    name: "sampling settings of Claude",
    why: "sent where the model takes them; Inspect's version of the protocol takes none and warns",
    matches: ({ path, theirs }) => /^body\.(?:temperature|top_p|top_k)$/.test(path) && theirs === undefined,
  },
  {
    name: "line break before text",
    why: "Inspect puts one before the text of an answer with thinking or a refusal; we send the model's own text",
    matches: ({ path, ours, theirs }) =>
      path.endsWith(".content") && theirs === `\n${ours === "(no content)" ? "" : String(ours)}`,
  },
  {
    name: "summaries in replayed thinking",
    why: "we give reasoning items back as they came, Inspect without their summaries; the encrypted content is the same",
    matches: ({ path, theirs }) => path.endsWith(".summary") && Array.isArray(theirs) && theirs.length === 0,
  },
  {
    name: "refusal in responses",
    why: "the AI SDK gives the words back as a text, Inspect as a refusal",
    matches: ({ path, theirs }) => path.endsWith(".content") && JSON.stringify(theirs).includes('"type":"refusal"'),
  },
  {
    name: "path at Azure",
    why: "we use Azure's stable interface under `/openai/v1`, Inspect the dated one",
    matches: ({ path, theirs }) => path === "path" && String(theirs).startsWith("/openai/"),
  },
  {
    name: "OpenRouter's `reasoning` without details",
    why: "it goes back under its own name; Inspect writes it into the text, between `<think>` marks",
    matches: ({ path, ours, theirs }) =>
      (path.endsWith(".reasoning") && theirs === undefined) ||
      (path.endsWith(".content") && typeof theirs === "string" && theirs.replace(THINK, "") === String(ours)),
  },
];

/** All places at which two values differ. */
export function differences(ours: unknown, theirs: unknown, path: readonly string[] = []): Difference[] {
  if (JSON.stringify(ours) === JSON.stringify(theirs)) return [];
  const [left, right] = [fieldsOf(ours), fieldsOf(theirs)];
  const isComparable = left !== undefined && right !== undefined && Array.isArray(ours) === Array.isArray(theirs);
  if (!isComparable || (Array.isArray(ours) && ours.length !== (theirs as unknown[]).length)) {
    return [{ path: path.join("."), ours, theirs }];
  }
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...names].flatMap((name) => differences(left[name], right[name], [...path, name]));
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null ? { ...value } : undefined;
}
