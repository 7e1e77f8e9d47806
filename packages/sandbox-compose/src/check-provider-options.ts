import type { z } from "zod";
import { ProviderOptionsError } from "./errors.js";

/**
 * The options of a provider as its schema reads them; for what comes from a command line or a file.
 * @throws ProviderOptionsError naming every option that is unknown or wrong
 */
export function checkProviderOptions<Shape extends z.ZodRawShape>(
  provider: string,
  schema: z.ZodObject<Shape>,
  options: unknown,
): z.infer<z.ZodObject<Shape>> {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.map(String).join(".")}: ${message}`,
  );
  throw new ProviderOptionsError(provider, problems, Object.keys(schema.shape));
}
