/** @needs export tensorflow */

import { checked } from "@congruent/core";
import { stepProfileSchema } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { expect, it, jest } from "@jest/globals";
import { profileStep } from "./profile-step.js";

jest.setTimeout(timeLimits.training);

it("names what TensorFlow ran of a captured step, and how long it took", async () => {
  const result = await profileStep({ network: "mlp512", batchSize: 16, steps: 3 });
  const profile = checked(result, stepProfileSchema, "the result");
  expect(profile.milliseconds).toBeGreaterThan(0);
  const nodesOf = (part: RegExp) =>
    profile.operators
      .filter(({ operator }) => part.test(operator))
      .reduce((sum, { nodes }) => sum + nodes, 0);
  // Two dense layers: forward two products, fused with bias and relu or not; backward two for kernels, one for the hidden layer.
  expect(nodesOf(/MatMul/)).toBe(5);
  // Two kernels and two biases.
  expect(nodesOf(/^ResourceApplyAdam$/)).toBe(4);
}, 300_000);
