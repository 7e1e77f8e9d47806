/** What JSON can hold. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { [key: string]: JsonValue };

/** A JSON object whose values are passed on untouched. */
export type JsonObject = { [key: string]: unknown };
