/** What JSON can hold. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** Any JSON object whose values this package passes on untouched. */
export type JsonObject = { [key: string]: unknown };
