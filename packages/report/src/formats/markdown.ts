import type { SheetColumn } from "./sheet.js";

/** Markdown as GitHub and GitLab read it. */

/**
 * Text that shows as it is: nothing in it becomes markup, a new table cell or a new line.
 *
 * @example
 * ```ts
 * markdownText("a|b <c>\nd"); // => "a\\|b &lt;c&gt; d"
 * ```
 */
export function markdownText(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .trim()
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/[\\`*_[\]|~#]/g, "\\$&");
}

/**
 * A table; every cell is escaped, short rows are filled up.
 *
 * @example
 * ```ts
 * markdownTable([{ title: "class" }, { title: "f1", numeric: true }], [["7", "0.99"]]);
 * // => "| class | f1 |\n| --- | ---: |\n| 7 | 0.99 |"
 * ```
 */
export function markdownTable(columns: readonly SheetColumn[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(columns.map((column) => markdownText(column.title))),
    line(columns.map((column) => (column.numeric ? "---:" : "---"))),
    ...rows.map((row) => line(columns.map((_, index) => markdownText(row[index] ?? "")))),
  ].join("\n");
}
