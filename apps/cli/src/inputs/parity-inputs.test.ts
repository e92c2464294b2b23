import { NORMALIZATIONS } from "@congruent/parity";
import { expect, it } from "@jest/globals";
import { PICTURES } from "./parity-inputs.js";

it("--pictures offers what @congruent/parity knows", () => {
  expect([...PICTURES].sort()).toEqual([...NORMALIZATIONS].sort());
});
