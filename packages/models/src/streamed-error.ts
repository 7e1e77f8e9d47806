/** Kinds of errors that come again however often the request is sent. */
const FINAL =
  /invalid_request|authentication|permission|not_found|too_large|billing|quota|content_filter|context_length/i;

/** What a server reported after its answer had begun: the status was 200, so only the words tell what it is. */
export class StreamedError extends Error {
  /** Sending the request again cannot help. */
  readonly final: boolean;

  private constructor(message: string, kind: string) {
    super(kind === "" ? message : `${message} (${kind})`);
    this.name = "StreamedError";
    this.final = FINAL.test(kind);
  }

  /** Providers hand on `{ type, message }`, `{ code, message }` or a text; an error of their own stays as it is. */
  static from(error: unknown): Error {
    if (error instanceof Error) return error;
    if (typeof error !== "object" || error === null) return new StreamedError(String(error), "");
    const { message, type, code } = error as Readonly<Record<string, unknown>>;
    const kinds = [type, code].filter((kind) => typeof kind === "string" && kind !== "error");
    return new StreamedError(typeof message === "string" ? message : JSON.stringify(error), kinds.join(", "));
  }
}
