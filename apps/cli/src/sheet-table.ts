import type { Sheet } from "@congruent/report";
import { print, table } from "./output.js";

/** A sheet as a terminal shows it. */
export function printSheet({ lead, tables, notes, facts }: Sheet): void {
  print(lead);
  for (const { caption, columns, rows } of tables) {
    const head = columns.map(({ title }) => title);
    print(`\n${caption}\n${table(head, rows)}`);
  }
  if (notes.length > 0) print(`\n${notes.join("\n")}`);
  if (facts.length > 0) print(`\n${facts.map(({ name, value }) => `${name}: ${value}`).join("\n")}`);
}
