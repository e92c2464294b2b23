import { CongruentError } from "@congruent/core";
import type { TrainableModel } from "../model/trainable-model.js";

/**
 * Refuses weights with a constraint: neither engine applies it after an update, so the trained model would
 * not obey it.
 *
 * @throws CongruentError `E_CONSTRAINT` naming the layer and the weight.
 */
export function refuseConstraints({ layersModel }: TrainableModel): void {
  for (const layer of layersModel.layers) {
    for (const weight of layer.weights) {
      const { constraint } = weight as unknown as { constraint?: { getClassName(): string } | null };
      if (!constraint) continue;
      throw new CongruentError({
        code: "E_CONSTRAINT",
        what: `layer "${layer.name}" has the constraint ${constraint.getClassName()} on its weight ${weight.originalName}`,
        expected: "weights without constraints, which are not applied in training",
        fix: "leave the constraint out; a regularizer keeps weights small",
      });
    }
  }
}
