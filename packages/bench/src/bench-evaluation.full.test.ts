/** @needs export tensorflow */

import { fileURLToPath } from "node:url";
import { timeLimits } from "@congruent/core/testing";
import { loadDataset } from "@congruent/datasets";
import { provisionEnvironment } from "@congruent/toolchain";
import { expect, it, jest } from "@jest/globals";
import { benchEvaluation } from "./bench-evaluation.js";

jest.setTimeout(timeLimits.training);

/** Both really score all test images of LeNet, and find the same. */
it("an evaluation is measured here and in Python", async () => {
  await provisionEnvironment("bench", () => undefined);
  const { contenders, samples, toPython } = await benchEvaluation({
    model: fileURLToPath(new URL("../../../models/lenet/model.onnx", import.meta.url)),
    source: "mnist",
    dataset: await loadDataset("mnist"),
    rounds: 1,
    blockMs: 1,
    timeoutMs: 600_000,
  });
  expect(samples).toBe(10_000);
  for (const { name, status, reason, milliseconds, outputDifference } of contenders) {
    expect({ name, status, reason }).toEqual({ name, status: "measured", reason: null });
    expect(milliseconds).toBeGreaterThan(0);
    expect(outputDifference).toBeLessThan(1e-4);
  }
  expect(toPython).toBeGreaterThan(0);
}, 1_200_000);
