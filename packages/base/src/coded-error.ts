/** What a {@link CodedError} is made of. */
export interface CodedErrorOptions<Code extends string = string> {
  /** Stable name that callers and documentation rely on, for example `KAGGLE_RULES_NOT_ACCEPTED`. */
  readonly code: Code;
  /** What happened: which thing, what was found, what was expected. */
  readonly message: string;
  /** What to do next. */
  readonly hint?: string;
  readonly cause?: unknown;
  /** @default "failure" */
  readonly kind?: ErrorKind;
}

/**
 * What an error means for whoever called: the work failed, what was asked for makes no sense (nothing was started), or
 * the caller cancelled. A command line derives its exit code from it.
 */
export type ErrorKind = "failure" | "usage" | "cancelled";

const BRANDS = Symbol.for("@mlebench/base/brands");

/** The static side of an error class that {@link CodedError.is} works on. */
type ErrorClass<Instance> = (abstract new (
  ...parameters: never[]
) => Instance) & {
  readonly packageName: string;
  readonly name: string;
};

/**
 * Base of every error that an mlebench package throws on purpose. A package derives one class from it, gives that its
 * name in `packageName`, and derives all others from that class.
 */
export abstract class CodedError<Code extends string = string> extends Error {
  /** The package that defines a class; with the class's name it is the class's identity across copies of the package. */
  static readonly packageName: string = "@mlebench/base";

  readonly code: Code;
  readonly hint: string | undefined;
  readonly kind: ErrorKind;

  constructor({ code, message, hint, cause, kind }: CodedErrorOptions<Code>) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = hint;
    this.kind = kind ?? "failure";
    Object.defineProperty(this, BRANDS, { value: brandsOf(new.target) });
  }

  /**
   * Whether a value is an error of the class this is called on or of one derived from it, also when it comes from
   * another loaded copy of the package, where `instanceof` says no. Call it on the class: `KaggleError.is(error)`.
   */
  static is<Instance extends CodedError>(this: ErrorClass<Instance>, error: unknown): error is Instance {
    if (typeof error !== "object" || error === null) return false;
    const brands: unknown = Reflect.get(error, BRANDS);
    return Array.isArray(brands) && brands.includes(brandOf(this));
  }
}

function brandOf({ packageName, name }: { readonly packageName: string; readonly name: string }): string {
  return `${packageName}/${name}`;
}

/** The brands of a class and of all it is derived from, up to {@link CodedError}. */
function brandsOf(derived: typeof CodedError): readonly string[] {
  const brands: string[] = [];
  for (let current = derived; current.packageName !== undefined; current = Object.getPrototypeOf(current)) {
    brands.push(brandOf(current));
  }
  return brands;
}
