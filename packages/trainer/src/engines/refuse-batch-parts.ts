import { CongruentError, requireCount } from "@congruent/core";
import type { TrainableModel } from "../model/trainable-model.js";

/**
 * A layer that keeps statistics of its inputs, as batch normalization does, takes the examples of a batch together: of
 * each part by itself they would be others.
 *
 * @throws CongruentError `E_BATCH_PARTS` naming the layer, or for a number that is none of parts.
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
    what: `the layer ${layer.name} keeps statistics of whole batches, and ${batchParts} parts of a batch were to be computed side by side`,
    expected: "a model that treats each example by itself",
    fix: "leave out batchParts",
  });
}
