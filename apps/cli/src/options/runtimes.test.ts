import { RUNTIME_IDS } from "@congruent/core";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { runtimeList } from "./runtimes.js";

const blank = fc.constantFrom("", " ", "  ");

describe("runtimeList", () => {
  it("reads names with commas between them, however many", () => {
    const names = fc.array(fc.constantFrom(...RUNTIME_IDS), { minLength: 1 });
    fc.assert(
      fc.property(names, fc.array(blank), fc.array(blank), (given, before, after) => {
        expect(runtimeList([...before, ...given.map((name) => ` ${name}`), ...after].join(","))).toEqual(
          given,
        );
      }),
    );
  });

  it("refuses a list without any name", () => {
    fc.assert(
      fc.property(fc.array(blank), (parts) => {
        expect(() => runtimeList(parts.join(","))).toThrow(
          expect.objectContaining({ code: "E_RUNTIME_NAME", fix: expect.stringContaining("--runtimes") }),
        );
      }),
    );
  });
});
