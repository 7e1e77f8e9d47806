import { CodedError } from "@mlebench/base";

/** Base class of all errors this package throws on purpose. */
export class DataPrepError extends CodedError {
  static override readonly packageName = "@mlebench/data-prep";
}

/** An argument to a random generator, a sample or a split makes no sense (empty range, sizes that do not fit). */
export class RandomArgumentError extends DataPrepError {
  constructor(message: string) {
    super({ code: "DATA_PREP_SPLIT", message });
  }
}
