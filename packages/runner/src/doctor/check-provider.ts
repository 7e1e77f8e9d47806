import { messageWithHint } from "../describe-error.js";
import { openProvider } from "../sandbox/open-provider.js";
import type { Finding } from "./check.js";
import type { DoctorOptions } from "./doctor.js";

/** What a provider says of the place where its sandboxes run; that it can be opened is all that others tell. */
export async function checkProvider(
  sandboxType: string,
  { image, sandboxOptions, env }: Pick<DoctorOptions, "image" | "sandboxOptions" | "env">,
): Promise<Finding[]> {
  const name = "Sandbox provider";
  try {
    await using provider = await openProvider(sandboxType, { sandboxOptions, env });
    const found = await provider.diagnose?.({ image });
    return found === undefined ? [{ name, state: "ok", facts: `${provider.name}; it looks at nothing` }] : [...found];
  } catch (error) {
    const hint = (error as { hint?: unknown }).hint;
    return [
      { name, state: "missing", facts: messageWithHint(error), ...(typeof hint === "string" ? { fix: hint } : {}) },
    ];
  }
}
