/** @needs tensorflow export */

import { expect, it } from "@jest/globals";
import { LAYERS } from "../layers/index.js";
import { CASES, matrix } from "./cases/index.js";
import { describeMatrix } from "./describe-matrix.js";

/** Of each class the first, and every tenth after it. */
describeMatrix((cases) => cases.filter((_, i) => i % 10 === 0));

/** What is always refused. */
const WITHOUT_CASES = ["Lambda", "RandomHeight", "RandomWidth"];

it("every class of layers that is built in has cases", () => {
  expect([...Object.keys(CASES), ...WITHOUT_CASES].toSorted()).toEqual(LAYERS.names.toSorted());
});

it("no two cases have the same name", () => {
  expect(new Set(matrix.map(({ name }) => name)).size).toBe(matrix.length);
});
