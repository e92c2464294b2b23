/** @needs tensorflow export */

import { expect, it } from "@jest/globals";
import { matrix } from "./cases/index.js";
import { describeMatrix } from "./describe-matrix.js";

describeMatrix((cases) => cases);

it("there are at least 600 cases", () => {
  expect(matrix.length).toBeGreaterThanOrEqual(600);
});
