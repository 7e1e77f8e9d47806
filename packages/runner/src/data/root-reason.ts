/** What is at the bottom of an error, as a part of a sentence; what lies above says which files and addresses were tried. */
export function rootReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const reason = error.cause instanceof Error ? rootReason(error.cause) : "";
  return (reason || error.message).replace(/\.$/, "");
}
