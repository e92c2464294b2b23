import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import stringWidth from "string-width";
import { columns, tableWidth } from "./columns.js";

/** Cells as terminals get them: plain, wide, combining and coloured. */
const cell = fc.oneof(
  fc.string({ unit: fc.constantFrom(..."abcxyz0189.-"), maxLength: 8 }),
  fc.constantFrom(
    "漢字",
    "日本",
    "e\u0301te\u0301",
    "👩‍👩‍👧",
    "\u001b[31mred\u001b[39m",
    "\u001b[1m漢\u001b[22m",
    "",
  ),
);

describe("columns", () => {
  it("begin at the same place in every row, whatever the cells hold", () => {
    const rows = fc
      .integer({ min: 1, max: 5 })
      .chain((count) => fc.array(fc.array(cell, { minLength: count, maxLength: count }), { minLength: 1 }));
    fc.assert(
      fc.property(rows, (table) => {
        // An end that shows where each column ends, as blanks at a line's end are cut.
        const marked = table.map((row) => [...row.flatMap((text) => [text, "|"])]);
        const lines = columns(marked).split("\n");
        expect(lines).toHaveLength(table.length);
        const bars = lines.map((line) => {
          const plain = stripVTControlCharacters(line);
          return [...plain.matchAll(/\|/g)].map(({ index }) => stringWidth(plain.slice(0, index)));
        });
        for (const places of bars) expect(places).toEqual(bars[0]);
        for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(tableWidth(marked));
        for (const [i, row] of table.entries()) {
          for (const text of row) expect(lines[i]).toContain(text);
        }
      }),
    );
  });

  it("are as high as the cell with the most lines", () => {
    const rows = [
      ["a", "first\nsecond", "c"],
      ["bb", "", "d"],
    ];
    expect(columns(rows)).toBe("a   first   c\n    second\nbb          d");
  });

  it("of no rows are nothing", () => {
    expect(columns([])).toBe("");
    expect(tableWidth([])).toBe(0);
  });
});
