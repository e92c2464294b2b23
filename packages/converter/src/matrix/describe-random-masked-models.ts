import { CongruentError } from "@congruent/core";
import { timeLimits } from "@congruent/core/testing";
import type { ModelProto } from "@congruent/onnx";
import { loadTensorFlow, type TensorFlow } from "@congruent/toolchain";
import { beforeAll, expect, it, jest } from "@jest/globals";
import fc from "fast-check";
import { NEWEST_OPSET, OLDEST_OPSET } from "../convert-layers-model.js";
import { checkModels } from "./check-models.js";
import { buildRandomMaskedModel, randomMaskedModels } from "./random-masked-model.js";
import { runMasked } from "./run-masked.js";
import { flawsOf } from "./run-model.js";

/** Of random models, at least this share must be computed by tfjs and converted; the others have masks that tfjs cannot use. */
const CONVERTED = 0.5;

/** Defines the tests of so many random models with masks and recurrent layers; a failure is shrunk to the smallest model that shows it. */
export function describeRandomMaskedModels(numRuns: number): void {
  jest.setTimeout(timeLimits.training);
  let tf: TensorFlow;
  beforeAll(async () => {
    tf = await loadTensorFlow({ device: "cpu" });
  });
  const converted = new Map<string, ModelProto>();

  it(`${numRuns} random models with masks are converted right`, async () => {
    const opsets = fc.integer({ min: OLDEST_OPSET, max: NEWEST_OPSET });
    await fc.assert(
      fc.asyncProperty(randomMaskedModels, opsets, fc.nat(1000), async (description, opset, seed) => {
        const model = buildRandomMaskedModel(tf, description);
        const run = attempt(() => runMasked(tf, model, seed, [3], opset));
        if (run === null) return;
        converted.set(String(converted.size), run.proto);
        expect(await flawsOf(run)).toEqual([]);
      }),
      { seed: 16, numRuns },
    );
    expect(converted.size).toBeGreaterThanOrEqual(CONVERTED * numRuns);
  });

  it("the onnx package's checker and strict shape inference accept them", async () => {
    expect(await checkModels(converted)).toEqual({});
  });
}

/** Null where tfjs itself fails, which is asked first: a model that it computes must not be refused. */
function attempt<T>(run: () => T): T | null {
  try {
    return run();
  } catch (error) {
    if (error instanceof CongruentError) throw error;
    return null;
  }
}
