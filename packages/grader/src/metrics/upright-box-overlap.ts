/** A box that stands upright: turned about the vertical axis only. */
export interface UprightBox {
  /** Corners of the footprint, counter-clockwise. */
  readonly corners: readonly [Point, Point, Point, Point];
  readonly bottom: number;
  readonly top: number;
  readonly volume: number;
  /** A circle about the footprint, to tell quickly that boxes are apart. */
  readonly centre: Point;
  readonly radius: number;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** What an upright box is made of. */
export interface UprightBoxParts {
  readonly centre: readonly [x: number, y: number, z: number];
  /** Length lies along the direction of the yaw, width across. */
  readonly size: readonly [width: number, length: number, height: number];
  /** Angle about the vertical axis in radians. */
  readonly yaw: number;
}

/**
 * Makes an upright box. Its sine and cosine come from the half angle, as from the rotation matrix of a quaternion.
 * @returns undefined when a number is NaN, a size is not positive, or the footprint has lost its right angles to rounding
 * (its coordinates are infinite or huge).
 */
export function uprightBox({
  centre: [x, y, z],
  size: [width, length, height],
  yaw,
}: UprightBoxParts): UprightBox | undefined {
  if ([x, y, z, yaw].some(Number.isNaN) || ![width, length, height].every((side) => side > 0)) return undefined;
  const [real, imaginary] = [Math.cos(yaw / 2), Math.sin(yaw / 2)];
  const cos = real * real - imaginary * imaginary;
  const sin = 2 * real * imaginary;
  const [halfLength, halfWidth] = [length / 2, width / 2];
  const corners = [
    { x: x + halfLength * cos + halfWidth * sin, y: y + halfLength * sin - halfWidth * cos },
    { x: x + halfLength * cos - halfWidth * sin, y: y + halfLength * sin + halfWidth * cos },
    { x: x - halfLength * cos - halfWidth * sin, y: y - halfLength * sin + halfWidth * cos },
    { x: x - halfLength * cos + halfWidth * sin, y: y - halfLength * sin - halfWidth * cos },
  ] as const;
  const isRectangle = corners.every((corner, index) => {
    const [next, previous] = [corners[(index + 1) % 4]!, corners[(index + 3) % 4]!];
    const product = (next.x - corner.x) * (previous.x - corner.x) + (next.y - corner.y) * (previous.y - corner.y);
    return Math.abs(product) <= RIGHT_ANGLE_TOLERANCE;
  });
  if (!isRectangle) return undefined;
  return {
    corners,
    bottom: z - height / 2,
    top: z + height / 2,
    volume: width * length * height,
    centre: { x, y },
    radius: Math.hypot(halfLength, halfWidth),
  };
}

const RIGHT_ANGLE_TOLERANCE = 1e-8;

/** Intersection over union of the volumes of two upright boxes, in [0, 1]. */
export function uprightBoxOverlap(a: UprightBox, b: UprightBox): number {
  const height = Math.max(0, Math.min(a.top, b.top) - Math.max(a.bottom, b.bottom));
  if (height === 0 || Math.hypot(a.centre.x - b.centre.x, a.centre.y - b.centre.y) > a.radius + b.radius) return 0;
  const shared = height * area(clip(a.corners, b.corners));
  return Math.min(Math.max(shared / (a.volume + b.volume - shared), 0), 1);
}

/** The part of a convex polygon that lies within another one whose corners are counter-clockwise (Sutherland, Hodgman). */
function clip(polygon: readonly Point[], window: readonly Point[]): readonly Point[] {
  let rest = polygon;
  window.forEach((from, index) => {
    const to = window[(index + 1) % window.length]!;
    /** Positive on the inner side of the edge. */
    const side = ({ x, y }: Point) => (to.x - from.x) * (y - from.y) - (to.y - from.y) * (x - from.x);
    rest = rest.flatMap((point, at) => {
      const previous = rest.at(at - 1)!;
      const [before, here] = [side(previous), side(point)];
      const kept = here >= 0 ? [point] : [];
      if (before === 0 || here === 0 || before > 0 === here > 0) return kept;
      const share = before / (before - here);
      const crossing = {
        x: previous.x + share * (point.x - previous.x),
        y: previous.y + share * (point.y - previous.y),
      };
      return [crossing, ...kept];
    });
  });
  return rest;
}

/** Shoelace formula about the first corner, so that far away polygons lose no digits. */
function area(polygon: readonly Point[]): number {
  const origin = polygon[0];
  if (origin === undefined) return 0;
  let twice = 0;
  for (let index = 1; index + 1 < polygon.length; index++) {
    const [a, b] = [polygon[index]!, polygon[index + 1]!];
    twice += (a.x - origin.x) * (b.y - origin.y) - (a.y - origin.y) * (b.x - origin.x);
  }
  return Math.abs(twice) / 2;
}
