import type { EvalLogVerification } from "@mlebench/eval-log";

const SEALED_BY = { own: "sealed by you", trusted: "sealed by a trusted key", unknown: "sealed by an unknown key" };

/** What the seals of a log say, as one line that completes a sentence beginning with the log. */
export function describeVerification(verification: EvalLogVerification): string {
  if (verification.status === "unsealed") return `not sealed, ${verification.reason}`;
  const others = verification.keys.filter(({ standing }) => standing !== "own");
  const keys = others.map(({ fingerprint = "none that counts" }) => fingerprint).join(", ");
  const by = `${SEALED_BY[verification.by]}${keys === "" ? "" : ` (${keys})`}`;
  if (verification.status === "changed") {
    const { changes, more } = verification;
    const [first] = changes;
    const rest = changes.length + more - 1;
    return `changed since it was ${by}: ${first ? describeChange(first) : ""}${rest > 0 ? ` and ${rest} more` : ""}`;
  }
  const { isFinished, interrupted } = verification;
  if (isFinished) return by;
  const lost = interrupted.map(({ id, epoch }) => `sample ${id} epoch ${epoch}`).join(", ");
  return `${by}, without its end${lost === "" ? "" : `; interrupted: ${lost} is not sealed`}`;
}

/** One change, for example `sample spaceship-titanic epoch 1: scores edited`. */
export function describeChange({
  what,
  how,
  fields = [],
  detail,
}: Extract<EvalLogVerification, { status: "changed" }>["changes"][number]): string {
  const named = fields.filter((field) => field !== "");
  const where = named.length > 0 ? `${named.join(", ")} ` : "";
  return `${what}: ${where}${how}${detail === undefined ? "" : ` (${detail})`}`;
}
