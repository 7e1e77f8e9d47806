import { APICallError, type LanguageModelV3 } from "@ai-sdk/provider";
import { wrapLanguageModel } from "../wrap-language-model.js";

/** When a model gives way to another one, and what is said of it. */
interface FallbackReason {
  readonly applies: (error: APICallError) => boolean;
  readonly message: string;
}

/**
 * A model, or another one from the moment that the server turns out not to have what the first needs. Where the second
 * fails for the same reason, the first answer is reported: then it is the model or the address that is wrong.
 */
export function withFallback(
  first: LanguageModelV3,
  second: LanguageModelV3,
  { applies, message }: FallbackReason,
): LanguageModelV3 {
  const isReason = (error: unknown) => APICallError.isInstance(error) && applies(error);
  let hasAnswered = false;
  let hasFallen = false;
  return wrapLanguageModel(first, async (options) => {
    if (!hasFallen) {
      try {
        const result = await first.doGenerate(options);
        hasAnswered = true;
        return result;
      } catch (error) {
        if (hasAnswered || !isReason(error)) throw error;
        const result = await Promise.resolve(second.doGenerate(options)).catch((other: unknown) => {
          throw isReason(other) ? error : other;
        });
        hasFallen = true;
        return { ...result, warnings: [...result.warnings, { type: "other", message }] };
      }
    }
    const result = await second.doGenerate(options);
    return { ...result, warnings: [...result.warnings, { type: "other", message }] };
  });
}

/** The server answers as to a path that it does not have. */
export function isNotHere({ statusCode }: APICallError): boolean {
  return statusCode === 404 || statusCode === 405 || statusCode === 501;
}

/** Only organizations that OpenAI has verified are given summaries of thinking. */
export function isSummaryRefused({ statusCode, message, responseBody }: APICallError): boolean {
  return statusCode === 400 && /reasoning\.summary|reasoning summar/i.test(`${message} ${responseBody ?? ""}`);
}
