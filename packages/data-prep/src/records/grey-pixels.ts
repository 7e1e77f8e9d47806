import { decode } from "fast-png";
import { DataPrepError } from "../errors.js";

export interface GreyImage {
  readonly width: number;
  readonly height: number;
  /** 0 to 255, rows top to bottom, columns left to right. */
  readonly pixels: Uint8Array;
}

/**
 * A PNG as 8-bit grey, as Pillow's mode L makes it: colours are weighted in 16-bit fixed point, a palette goes through
 * its colours, one-bit pixels are 0 or 255, alpha is ignored.
 */
export function decodeGreyPng(bytes: Uint8Array): GreyImage {
  const { width, height, data, channels, depth, palette } = decode(bytes);
  const pixels = new Uint8Array(width * height);
  if (palette !== undefined) {
    const greys = palette.map(([red, green, blue]) => grey(red!, green!, blue!));
    const indices = unpackSamples(data, width, height, depth);
    for (let at = 0; at < pixels.length; at++) pixels[at] = greys[indices[at]!] ?? 0;
    return { width, height, pixels };
  }
  if (depth < 8) {
    const samples = unpackSamples(data, width, height, depth);
    const scale = 255 / ((1 << depth) - 1);
    for (let at = 0; at < pixels.length; at++) pixels[at] = samples[at]! * scale;
    return { width, height, pixels };
  }
  if (depth !== 8) {
    throw new DataPrepError({
      code: "DATA_PREP_PNG",
      message: `A PNG has ${depth} bits per sample where at most 8 are expected.`,
      hint: "Check that the download is the competition's own.",
    });
  }
  for (let at = 0; at < pixels.length; at++) {
    const from = at * channels;
    pixels[at] = channels < 3 ? data[from]! : grey(data[from]!, data[from + 1]!, data[from + 2]!);
  }
  return { width, height, pixels };
}

/** Pillow's fixed-point luma, rounded. */
function grey(red: number, green: number, blue: number): number {
  return (19595 * red + 38470 * green + 7471 * blue + 32768) >>> 16;
}

/** Samples of fewer than 8 bits are packed from the highest bit on, every row beginning with a new byte. */
function unpackSamples(data: ArrayLike<number>, width: number, height: number, depth: number): Uint8Array {
  const samples = new Uint8Array(width * height);
  if (data.length >= samples.length) {
    for (let at = 0; at < samples.length; at++) samples[at] = data[at]!;
    return samples;
  }
  const rowBytes = Math.ceil((width * depth) / 8);
  const mask = (1 << depth) - 1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bit = x * depth;
      const byte = data[y * rowBytes + (bit >> 3)]!;
      samples[y * width + x] = (byte >> (8 - depth - (bit & 7))) & mask;
    }
  }
  return samples;
}
