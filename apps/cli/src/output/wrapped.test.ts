import { expect, it } from "@jest/globals";
import fc from "fast-check";
import { wrapped } from "./wrapped.js";

it("loses no word, and no line is wider than the terminal, but for a word that is", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b", "·", "é"), minLength: 1, maxLength: 12 });
  const columns = fc.integer({ min: 1, max: 60 });
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 30 }), columns, (words, width) => {
      const lines = wrapped(words.join(" "), width).split("\n");
      expect(lines.join(" ").trim().split(/ +/)).toEqual(words);
      for (const line of lines) expect(line.length <= width || !line.trim().includes(" ")).toBe(true);
    }),
  );
});

it("leaves what fits as it is, columns included", () => {
  expect(wrapped("lenet    0.99   pass", 20)).toBe("lenet    0.99   pass");
});
