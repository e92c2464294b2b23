import { timeLimits } from "@congruent/core/testing";
import { expect, it, jest } from "@jest/globals";
import { runFuzz } from "./run-fuzz.js";

jest.setTimeout(timeLimits.programs);

it("takes or refuses 600 damaged models, and needs less than 512 MiB", async () => {
  const { taken, refused, peakMiB } = await runFuzz(1, 600, 170_000);
  const total = Object.values(refused).reduce((sum, count) => sum + count, taken);
  expect(total).toBe(600);
  expect(peakMiB).toBeLessThan(512);
  // The damage is of many kinds, not only of the first that is looked for.
  expect(Object.keys(refused)).toEqual(
    expect.arrayContaining([
      "E_ONNX_INVALID",
      "E_ONNX_OPSET",
      "E_ONNX_OPERATOR",
      "E_ONNX_VALUE",
      "E_ONNX_NAME",
      "E_ONNX_EXTERNAL",
    ]),
  );
  expect(taken).toBeGreaterThan(20);
});
