/** Characters in a line of the terminal that a stream goes to; undefined where there is none, or it doesn't say. */
export function terminalWidth(stream: { readonly isTTY?: boolean; readonly columns?: number }): number | undefined {
  return stream.isTTY && stream.columns ? stream.columns : undefined;
}
