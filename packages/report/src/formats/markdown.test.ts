import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { markdownTable, markdownText } from "./markdown.js";

describe("markdown", () => {
  it("keeps any text in its cell, without markup", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" }), { minLength: 1, maxLength: 4 }), (cells) => {
        const table = markdownTable(
          cells.map((_, index) => ({ title: `c${index}` })),
          [cells],
        );
        const lines = table.split(/\r\n|[\n\r\u2028\u2029]/);
        expect(lines).toHaveLength(3);
        const unescapedPipes = [...(lines[2] ?? "").matchAll(/(\\\\)*(\\\|)|\|/g)].filter(
          ([hit]) => hit === "|",
        );
        expect(unescapedPipes).toHaveLength(cells.length + 1);
        expect(lines[2]).not.toMatch(/[<>]/);
      }),
      { seed: 7 },
    );
  });

  it("aligns numbers to the right and fills short rows", () => {
    const table = markdownTable([{ title: "a" }, { title: "b", numeric: true }], [["x"]]);
    expect(table).toBe("| a | b |\n| --- | ---: |\n| x |  |");
  });

  it("escapes what would become markup", () => {
    expect(markdownText("*a* _b_ `c` [d](e) # | \\ <img>")).toBe(
      "\\*a\\* \\_b\\_ \\`c\\` \\[d\\](e) \\# \\| \\\\ &lt;img&gt;",
    );
  });
});
