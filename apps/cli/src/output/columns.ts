import stringWidth from "string-width";

/** Between two columns. */
const GAP = "  ";

/**
 * Rows as lines of columns, each as wide as its widest cell: as a terminal shows them, without colours' codes and with wide characters
 * counted twice. A cell of several lines makes its row as high.
 *
 * @example
 * ```ts
 * columns([["name", "score"], ["lenet", "0.99"]]); // => "name   score\nlenet  0.99"
 * ```
 */
export function columns(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map((cell) => cell.split("\n")));
  const widths = columnWidths(rows);
  const lines = cells.flatMap((row) =>
    Array.from({ length: Math.max(...row.map((cell) => cell.length)) }, (_, line) =>
      row.map((cell, column) => padded(cell[line] ?? "", widths[column] as number)).join(GAP),
    ),
  );
  return lines.map((line) => line.trimEnd()).join("\n");
}

/** Of the whole table, in a terminal's columns. */
export function tableWidth(rows: readonly (readonly string[])[]): number {
  return columnWidths(rows).reduce((sum, width) => sum + width + GAP.length, 0);
}

function columnWidths(rows: readonly (readonly string[])[]): number[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length: count }, (_, column) =>
    Math.max(...rows.flatMap((row) => (row[column] ?? "").split("\n").map((line) => stringWidth(line)))),
  );
}

function padded(text: string, width: number): string {
  return text + " ".repeat(width - stringWidth(text));
}
