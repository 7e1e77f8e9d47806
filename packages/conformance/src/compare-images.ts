import { decode } from "fast-png";

/** Tells whether two images, encoded apart, hold the same pixels. Only png is ever encoded anew. */
export function compareImages(ours: Uint8Array, theirs: Uint8Array, name: string): string | undefined {
  if (!name.endsWith(".png")) return "differs; this kind of image is copied, never encoded anew";
  const left = decode(ours);
  const right = decode(theirs);
  const shape = (image: typeof left): string =>
    `${image.width} x ${image.height}, ${image.channels} x ${image.depth} bit`;
  if (shape(left) !== shape(right)) return `is ${shape(left)}, upstream's ${shape(right)}`;
  for (let index = 0; index < right.data.length; index++) {
    if (left.data[index] !== right.data[index])
      return `sample ${index} is ${left.data[index]}, upstream ${right.data[index]}`;
  }
  return undefined;
}
