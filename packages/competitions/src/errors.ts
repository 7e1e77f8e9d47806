import { CodedError, type CodedErrorOptions, messageOf } from "@mlebench/base";

/** Base of everything this package throws. */
export class CompetitionsError extends CodedError {
  static override readonly packageName = "@mlebench/competitions";
}

/** Enough of a text to recognise it, quoted and with its control characters escaped. */
function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

/** No competition has this id. `COMPETITION_UNKNOWN` */
export class UnknownCompetitionError extends CompetitionsError {
  constructor(
    readonly id: string,
    readonly nearest: readonly string[],
  ) {
    super({
      code: "COMPETITION_UNKNOWN",
      message: `There is no competition ${quoted(id)} in the catalogue.`,
      hint: nearest.length > 0 ? `Did you mean ${nearest.join(", ")}?` : "Run `mlebench list` to see all ids.",
      kind: "usage",
    });
  }
}

/** A plug-in registers an id that is taken. `COMPETITION_DUPLICATE` */
export class DuplicateCompetitionError extends CompetitionsError {
  constructor(readonly id: string) {
    super({
      code: "COMPETITION_DUPLICATE",
      message: `A competition with the id ${JSON.stringify(id)} is already in the catalogue.`,
      hint: "Register it once, or give yours another id.",
    });
  }
}

/** What a plug-in registers is not a competition. `COMPETITION_INVALID` */
export class InvalidCompetitionError extends CompetitionsError {
  constructor(problems: string, options?: { readonly cause?: unknown }) {
    super({
      code: "COMPETITION_INVALID",
      message: `This is not a competition entry: ${problems}`,
      hint: "Compare it with the type CompetitionEntry.",
      cause: options?.cause,
    });
  }
}

/** A split is neither a bundled one nor a readable file. */
export class SplitError extends CompetitionsError {
  constructor(options: CodedErrorOptions) {
    super({ kind: "usage", ...options });
  }
}

/** No bundled split has this name and no file this path. `SPLIT_UNKNOWN` */
export class UnknownSplitError extends SplitError {
  constructor(
    readonly split: string,
    nearest: readonly string[],
    known: readonly string[],
  ) {
    super({
      code: "SPLIT_UNKNOWN",
      message: `There is no split ${quoted(split)}: neither a bundled one nor a file.`,
      hint:
        nearest.length > 0
          ? `Did you mean ${nearest.join(", ")}? A path to a text file with one competition id per line works too.`
          : `Bundled are ${known.join(", ")}; a path to a text file with one competition id per line works too.`,
    });
  }
}

/** The split file is there but cannot be read. `SPLIT_UNREADABLE` */
export class UnreadableSplitError extends SplitError {
  constructor(
    readonly path: string,
    options: { readonly cause: unknown },
  ) {
    super({
      code: "SPLIT_UNREADABLE",
      message: `The split file ${path} cannot be read: ${messageOf(options.cause)}`,
      hint: "Check its permissions.",
      cause: options.cause,
    });
  }
}

/** The path of a split is a folder or something else that is no file. `SPLIT_NOT_A_FILE` */
export class SplitNotAFileError extends SplitError {
  constructor(readonly path: string) {
    super({
      code: "SPLIT_NOT_A_FILE",
      message: `The split ${path} is not a file.`,
      hint: "Name a text file with one competition id per line.",
    });
  }
}

/** The split file has no competition in it. `SPLIT_EMPTY` */
export class EmptySplitError extends SplitError {
  constructor(readonly path: string) {
    super({
      code: "SPLIT_EMPTY",
      message: `The split file ${path} names no competition.`,
      hint: "Write one competition id per line; lines that begin with # are comments.",
    });
  }
}

/** A line of the split file cannot be an id, so that the file is something else. `SPLIT_NOT_IDS` */
export class NotASplitError extends SplitError {
  constructor(
    readonly path: string,
    line: string,
  ) {
    super({
      code: "SPLIT_NOT_IDS",
      message: `The split file ${path} has a line that is no competition id: ${quoted(line)}.`,
      hint: "Write one competition id per line; lines that begin with # are comments.",
    });
  }
}
