const MOST_CHARACTERS = 60;

/** A text of a submission as reasons quote it: in double quotes, cut when it is long. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 3)}...` : text);
}
