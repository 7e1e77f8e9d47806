import { CodedError } from "@mlebench/base";

/** Base class of all errors this package throws on purpose. */
export class DataPrepError extends CodedError {
  static override readonly packageName = "@mlebench/data-prep";
}

/** The raw data are not what the competition's preparation needs: damaged, changed, or of another competition. */
export class RawDataError extends DataPrepError {
  constructor(message: string, hint = "Check that the download is complete, unchanged and this competition's own.") {
    super({ code: "DATA_PREP_RAW_DATA", message, hint });
  }
}

/** An argument to a random generator, a sample or a split makes no sense (empty range, sizes that do not fit). */
export class RandomArgumentError extends DataPrepError {
  constructor(message: string) {
    super({ code: "DATA_PREP_SPLIT", message });
  }
}
