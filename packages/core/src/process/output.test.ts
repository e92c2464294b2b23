import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { LineCutter, tailOf } from "./output.js";

function linesOf(parts: readonly string[]): string[] {
  const lines: string[] = [];
  const cutter = new LineCutter((line) => lines.push(line));
  for (const part of parts) cutter.push(part);
  cutter.end();
  return lines;
}

describe("lines", () => {
  it("end with a line feed, a carriage return or both, and the last one with nothing", () => {
    expect(linesOf(["one\ntwo\r\n10%\r20%\r\n\nend"])).toEqual(["one", "two", "10%", "20%", "", "end"]);
    // A progress bar's line is there before the next one comes.
    expect(linesOf(["10%\r"])).toEqual(["10%"]);
  });

  it("are the same wherever the text is cut", () => {
    const piece = fc.constantFrom("a", "bc", "\n", "\r", "\r\n", " ");
    fc.assert(
      fc.property(fc.array(piece), fc.array(fc.nat(20)), (pieces, cuts) => {
        const text = pieces.join("");
        const places = [
          0,
          ...cuts.map((cut) => Math.min(cut, text.length)).sort((a, b) => a - b),
          text.length,
        ];
        const parts = places.slice(1).flatMap((end, i) => text.slice(places[i], end) || []);
        expect(linesOf(parts)).toEqual(linesOf(text === "" ? [] : [text]));
      }),
    );
  });
});

describe("tailOf", () => {
  it("keeps the last lines", () => {
    expect(tailOf("1\n2\n3\n\n", 2)).toBe("2\n3");
  });
});
