import { CongruentError } from "@congruent/core";
import type { TrainableModel } from "../model/trainable-model.js";

/** @throws CongruentError `E_NOTHING_TO_TRAIN` where a model has no weight that trains. */
export function refuseNothingToTrain({ layersModel, trainableWeights }: TrainableModel): void {
  if (trainableWeights.length > 0) return;
  throw new CongruentError({
    code: "E_NOTHING_TO_TRAIN",
    what: `the model "${layersModel.name}" has no weight that could be trained`,
    expected: "at least one layer with weights that is trainable",
    fix: "set trainable = true on a layer; evaluate and predict work without training",
  });
}
