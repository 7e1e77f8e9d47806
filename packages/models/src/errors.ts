import { CodedError } from "@mlebench/base";

/** Base of everything this package throws. Never holds a key: what a server echoes is cleaned first. */
export class ModelError extends CodedError {
  static override readonly packageName = "@mlebench/models";
}

/** The model string or an option cannot be used. */
export class ModelOptionsError extends ModelError {
  constructor(message: string, hint: string, cause?: unknown) {
    super({ code: "MODEL_OPTIONS", message, hint, cause, kind: "usage" });
  }
}

/** No provider has this name; the nearest ones are in the hint. `MODEL_UNKNOWN_PROVIDER` */
export class UnknownModelProviderError extends ModelError {
  constructor(model: string, provider: string, nearest: readonly string[], known: readonly string[]) {
    const near = nearest.length > 0 ? `Did you mean ${nearest.join(" or ")}? ` : "";
    super({
      code: "MODEL_UNKNOWN_PROVIDER",
      message: `There is no provider "${provider}" (in the model "${model}").`,
      hint: `${near}Known are ${known.join(", ")}; any other OpenAI-compatible server is openai-api/<name>/<model>.`,
      kind: "usage",
    });
  }
}

/** A model needs a key and none is set. `MODEL_NO_API_KEY` */
export class MissingApiKeyError extends ModelError {
  constructor(model: string, variables: readonly string[]) {
    super({
      code: "MODEL_NO_API_KEY",
      message: `There is no API key for ${model}.`,
      hint: `Set ${variables.join(" or ")} in the environment or in a .env file.`,
    });
  }
}

/** A model needs the address of its server and none is set. `MODEL_NO_BASE_URL` */
export class MissingBaseUrlError extends ModelError {
  constructor(model: string, variables: readonly string[]) {
    super({
      code: "MODEL_NO_BASE_URL",
      message: `The address of the server of ${model} is not known.`,
      hint: `Set ${variables.join(" or ")}, or give a base URL.`,
    });
  }
}

/** The server refused the key. `MODEL_WRONG_API_KEY` */
export class WrongApiKeyError extends ModelError {
  constructor(model: string, status: number, variables: readonly string[], detail: string, cause: unknown) {
    const from = variables.length > 0 ? `Check ${variables.join(" or ")}` : "Check the key";
    super({
      code: "MODEL_WRONG_API_KEY",
      message: `The server refused the API key for ${model} (status ${status}): ${detail}`,
      hint: `${from}, and that its account may use this model.`,
      cause,
    });
  }
}

/** A provider's package is not installed; the hint has the command. `MODEL_MISSING_PACKAGE` */
export class MissingProviderPackageError extends ModelError {
  constructor(model: string, packageName: string, install: string, cause: unknown) {
    super({
      code: "MODEL_MISSING_PACKAGE",
      message: `${model} needs the package ${packageName}, which is not installed.`,
      hint: `Run \`npm install ${install}\` and try again.`,
      cause,
    });
  }
}

/** All attempts at one call failed in ways that might have passed: rate limits, outages, cut connections. */
export class RetriesExhaustedError extends ModelError {
  readonly attempts: number;

  constructor(model: string, attempts: number, seconds: number, detail: string, cause: unknown) {
    super({
      code: "MODEL_RETRIES_EXHAUSTED",
      message: `${model} did not answer in ${attempts} attempt${attempts === 1 ? "" : "s"} over ${Math.round(seconds)} s; the last failure: ${detail}`,
      hint: "Look at the provider's status page and your rate limits; more retries or fewer connections may help.",
      cause,
    });
    this.attempts = attempts;
  }
}

/** What answers at the address is no model server but a page for people. `MODEL_NOT_A_SERVER` */
export class NotAModelServerError extends ModelError {
  constructor(url: string, status: number, title: string | undefined) {
    const titled = title === undefined ? "a web page" : `a web page titled "${title}"`;
    super({
      code: "MODEL_NOT_A_SERVER",
      message: `${url} answered with ${titled} (status ${status}) instead of a model's answer.`,
      hint: "Check the base URL, and whether a login or a proxy stands in front of the server.",
    });
  }
}

/** An answer that went on beyond any size that a model's answer has. `MODEL_ANSWER_TOO_LARGE` */
export class ModelAnswerTooLargeError extends ModelError {
  constructor(url: string, maxBytes: number) {
    super({
      code: "MODEL_ANSWER_TOO_LARGE",
      message: `The answer of ${url} is larger than ${Math.floor(maxBytes / 1024 / 1024)} MiB, and it was given up.`,
      hint: "Look at what the server sends: no answer of a model is that long.",
    });
  }
}

/** The server understood the request and refused it; the same request would be refused again. */
export class ModelRequestError extends ModelError {
  readonly statusCode: number | undefined;

  constructor(model: string, status: number | undefined, detail: string, hint: string, cause: unknown) {
    const by = status === undefined ? "" : ` (status ${status})`;
    super({ code: "MODEL_REQUEST_REFUSED", message: `${model} failed${by}: ${detail}`, hint, cause });
    this.statusCode = status;
  }
}

/** A mock model's script is not what it should be, or is over. */
export class ModelScriptError extends ModelError {
  constructor(message: string, hint: string, cause?: unknown) {
    super({ code: "MODEL_SCRIPT", message, hint, cause, kind: "usage" });
  }
}

/** A replay was asked something that was never recorded. */
export class ReplayMismatchError extends ModelError {
  constructor(message: string) {
    super({
      code: "MODEL_REPLAY_MISMATCH",
      message,
      hint: "Record again, or find out why the request differs from the recorded ones.",
    });
  }
}
