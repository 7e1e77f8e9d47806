/** Mean radius of the Earth. */
const EARTH_METRES = 6_371_000;

/** A place, in radians. */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
  /** Cosine of the latitude, for those who must reproduce one of lower precision. @default computed */
  readonly latitudeCosine?: number;
}

/**
 * Distance along the surface of the Earth as a sphere, in metres, by the haversine formula.
 * @returns NaN when a coordinate is missing or infinite.
 */
export function greatCircleDistance(a: Place, b: Place): number {
  const latitude = Math.sin((b.latitude - a.latitude) / 2) ** 2;
  const longitude = Math.sin((b.longitude - a.longitude) / 2) ** 2;
  const cosineOf = (place: Place): number => place.latitudeCosine ?? Math.cos(place.latitude);
  const haversine = latitude + cosineOf(a) * cosineOf(b) * longitude;
  return 2 * EARTH_METRES * Math.asin(Math.sqrt(haversine));
}
