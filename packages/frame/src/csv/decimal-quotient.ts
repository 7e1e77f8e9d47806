const POWERS = Float64Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);
const SPLITTER = 2 ** 27 + 1;

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);
/** Which half of a double holds its exponent. */
const HIGH = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0;

/**
 * The double nearest to a decimal of up to 17 digits, found and proved by a few multiplications, several times faster than
 * reading or printing the text. The decimal is `(leading * 10 + last) / 10^decimals`.
 */
export class DecimalQuotient {
  /** The double, when `divide` returned true. */
  value = 0;
  /** Decimal minus double, in units of the decimal's last place. */
  private residual = 0;
  /** Half the distance between neighbouring doubles, in the same units. */
  private halfStep = 0;
  private last = 0;

  /**
   * @param leading all digits but the last, as an integer below 2^53
   * @param decimals from 0 to 22
   * @returns false when the result cannot be proved this way
   */
  divide(leading: number, last: number, decimals: number): boolean {
    const power = POWERS[decimals]!;
    // numerator + tail is exactly leading * 10 + last.
    const tens = leading * 10;
    const tensTail = productTail(leading, 10, tens);
    const numerator = tens + last;
    const tail = last - (numerator - tens) + tensTail;
    let value = numerator / power;
    let product = value * power;
    let residual = numerator - product + (tail - productTail(value, power, product));
    float[0] = value;
    const exponent = words[HIGH]! >>> 20;
    // Doubles next to a power of two are spaced unevenly; zero and the very small are left out too.
    if (exponent < 60 || isNextToPowerOfTwo()) return false;
    words[HIGH] = (exponent - 53) << 20;
    words[1 - HIGH] = 0;
    const halfStep = float[0]! * power;
    if (Math.abs(residual) > halfStep) {
      // The numerator was rounded before it was divided: the double wanted is a neighbour.
      value += Math.sign(residual) * 2 * float[0]!;
      product = value * power;
      residual = numerator - product + (tail - productTail(value, power, product));
    }
    this.halfStep = halfStep;
    this.residual = residual;
    this.last = last;
    this.value = value;
    // The margin is far above the error of this arithmetic.
    return Math.abs(residual) < halfStep * (1 - 1e-9);
  }

  /** Whether the decimal, which must not end in 0, is the text that Python prints for `value`. */
  isShortest(): boolean {
    const { residual, halfStep, last } = this;
    const limit = halfStep * (1 + 1e-9);
    // No shorter decimal may be the same double, and no other of this length may be nearer.
    return Math.abs(residual) < 0.499 && Math.abs(residual - last) > limit && Math.abs(residual + 10 - last) > limit;
  }
}

function isNextToPowerOfTwo(): boolean {
  const high = words[HIGH]! & 0xfffff;
  const low = words[1 - HIGH]!;
  return (high === 0 && low <= 1) || (high === 0xfffff && low >= 0xfffffffe);
}

/** What rounding took from `product = a * b` (Dekker). */
function productTail(a: number, b: number, product: number): number {
  const aScaled = SPLITTER * a;
  const aHigh = aScaled - (aScaled - a);
  const aLow = a - aHigh;
  const bScaled = SPLITTER * b;
  const bHigh = bScaled - (bScaled - b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}
