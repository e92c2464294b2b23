import type { Sheet } from "@congruent/report";
import { table } from "./output.js";

/** A sheet as a terminal shows it: what came out, its tables, notes and facts. */
export function sheetText({ lead, tables, notes, facts }: Sheet): string {
  return [
    lead,
    ...tables.map(({ caption, columns, rows }) => {
      const head = columns.map(({ title }) => title);
      return `\n${caption}\n${table(head, rows)}`;
    }),
    ...(notes.length > 0 ? [`\n${notes.join("\n")}`] : []),
    `\n${facts.map(({ name, value }) => `${name}: ${value}`).join("\n")}`,
  ].join("\n");
}
