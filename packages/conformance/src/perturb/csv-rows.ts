/** The rows of a CSV text as fields in their raw form, quotes kept, so that what is not altered stays as it was. */
export function splitCsvRows(text: string, separator = ","): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = "";
  let quoted = false;
  const endField = () => {
    row.push(field);
    field = "";
  };
  const endRow = () => {
    endField();
    rows.push(row);
    row = [];
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === '"') quoted = !quoted;
    if (quoted || (character !== separator && character !== "\n" && character !== "\r")) field += character;
    else if (character === separator) endField();
    else if (character === "\n") endRow();
    else if (text[at + 1] !== "\n") field += character;
  }
  if (field !== "" || row.length > 0) endRow();
  return rows;
}

export function joinCsvRows(rows: readonly (readonly string[])[], separator = ",", lineEnd = "\n"): string {
  return rows.map((row) => row.join(separator) + lineEnd).join("");
}
