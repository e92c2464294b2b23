import { CongruentError, requireCount } from "@congruent/core";
import type { TrainableModel } from "../model/trainable-model.js";

/**
 * Refuses parts of a batch for a model with a layer that keeps statistics of whole batches, such as batch normalization: the
 * statistics of parts are different.
 *
 * @throws CongruentError `E_BATCH_PARTS` naming the layer, or for a number of parts that is not a positive integer.
 */
export function refuseBatchParts({ trainingLayers }: TrainableModel, batchParts = 1): void {
  requireCount(batchParts, "batchParts", "E_BATCH_PARTS");
  if (batchParts === 1) return;
  const layer = [...trainingLayers].find(
    (each) => !("layers" in each) && each.nonTrainableWeights.length > 0,
  );
  if (!layer) return;
  throw new CongruentError({
    code: "E_BATCH_PARTS",
    what: `the layer ${layer.name} keeps statistics of whole batches, which parts of a batch (batchParts: ${batchParts}) would change`,
    expected: "a model that treats each example independently",
    fix: "leave out batchParts",
  });
}
