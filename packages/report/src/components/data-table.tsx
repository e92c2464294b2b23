import type { SheetTable } from "../formats/sheet.js";
import { Scroller } from "./scroller.js";

/** A table of text cells; the first cell of each row is its header. */
export function DataTable({ caption, columns, rows }: SheetTable) {
  const align = (index: number) => (columns[index]?.numeric ? "cg-number" : "");
  const look = (index: number) => (columns[index]?.code ? "cg-code-text" : align(index));
  return (
    <Scroller label={caption}>
      <table class="cg-table">
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column, index) => (
              <th key={column.title} scope="col" class={align(index)}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.join("\u0000")}>
              {columns.map((column, index) =>
                index === 0 ? (
                  <th key={column.title} scope="row" class={align(index)}>
                    {row[index]}
                  </th>
                ) : (
                  <td key={column.title} class={look(index)}>
                    {row[index]}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  );
}
