/** The 512 bytes before an entry of a tar (POSIX ustar). */
export function tarHeader(entry: {
  readonly name: string;
  /** Its kind, as tar writes it: `0` file, `1` hard link, `2` symbolic link, ... @default "0" */
  readonly letter?: string;
  readonly linkname?: string;
  readonly bytes?: number;
  /** @default POSIX's */
  readonly mark?: string;
}): Buffer {
  const header = Buffer.alloc(512);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, "0")}\0`;
  header.write(entry.name, 0);
  header.write(octal(0o644, 7) + octal(0, 7) + octal(0, 7) + octal(entry.bytes ?? 0, 11) + octal(0, 11), 100);
  header.write(" ".repeat(8) + (entry.letter ?? "0"), 148);
  header.write(entry.linkname ?? "", 157);
  header.write(entry.mark ?? "ustar\x0000", 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(octal(sum, 6), 148);
  return header;
}
