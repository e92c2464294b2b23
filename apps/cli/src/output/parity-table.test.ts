import { stripVTControlCharacters } from "node:util";
import { blankCell, type ParityCell } from "@congruent/core/schemas";
import { describe, expect, it } from "@jest/globals";
import { parityMatrix } from "./parity-table.js";

const shown = (cells: ParityCell[]) =>
  stripVTControlCharacters(
    parityMatrix({ baseline: "reference", cells } as Parameters<typeof parityMatrix>[0]),
  );

describe("parityMatrix", () => {
  const computed = { samples: 5, seconds: 1 };

  it("calls the baseline so", () => {
    expect(
      shown([{ ...blankCell({ runtime: "reference", browser: null }), ...computed, status: "pass" }]),
    ).toMatch(/reference +baseline +5/);
  });

  it("never lets the word baseline stand where a runtime failed or computed nothing", () => {
    expect(
      shown([{ ...blankCell({ runtime: "reference", browser: null }), ...computed, status: "fail" }]),
    ).toMatch(/reference +fail +5/);
    expect(shown([{ ...blankCell({ runtime: "reference", browser: null }), status: "error" }])).toMatch(
      /reference +error/,
    );
  });
});
