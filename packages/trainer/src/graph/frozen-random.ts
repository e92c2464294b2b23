import { CongruentError } from "@congruent/core";
import { DataType } from "../generated/tensorflow/core/framework/types_pb.js";
import { modelOutputs } from "../model/model-outputs.js";
import type { TrainableModel } from "../model/trainable-model.js";
import { withTrainingCalls } from "../training-calls/index.js";
import { probeInputs, restoringWeights, weightIds } from "./probe.js";
import { type RecordedConstant, record, Scope } from "./recorder.js";

/** Two examples: a mask of one value for each example has more than one value. */
const BATCH = 2;
/** int32 constants up to this length are shapes, axes, permutations and paddings. */
const LONGEST_SHAPE = 16;

/**
 * Refuses a model that draws the same random numbers in every training step, as tfjs does with a seed: all steps
 * would use the mask of the first. (Layers with a training call of ours draw new ones.)
 *
 * This needs no list of layers: the forward pass is recorded twice in training mode and once in inference. A table that
 * JavaScript hands over in both training passes and never in inference is a draw that does not change. (A table
 * that inference uses too, like positions, is part of the network.) Draws that do change are right in the eager
 * engine; the graph engine refuses them itself.
 *
 * @throws CongruentError `E_FROZEN_RANDOM` naming the layer.
 */
export function refuseFrozenRandom(model: TrainableModel): void {
  const inference = tables(model, { training: false, seed: 1 });
  const first = tables(model, { training: true, seed: 2 });
  const second = tables(model, { training: true, seed: 3 });
  for (const [key, layer] of first) {
    if (!second.has(key) || inference.has(key)) continue;
    throw new CongruentError({
      code: "E_FROZEN_RANDOM",
      what: `layer ${layer || "(outside a layer)"} draws the same random numbers in every training step`,
      expected: "new random numbers in every step",
      fix: "leave out the layer's seed and train with --engine eager",
    });
  }
}

/** The tables that JavaScript made in a forward pass, as text, with the layer that first used each. */
function tables(
  model: TrainableModel,
  { training, seed }: { training: boolean; seed: number },
): Map<string, string> {
  const { tf, backend } = model;
  const scope = new Scope();
  const found = new Map<string, string>();
  restoringWeights(model, () => {
    tf.tidy(() => {
      const x = probeInputs(model, BATCH, seed);
      const step = tf.scalar(seed, "int32");
      const existing = [...weightIds(model), ...backend.getInputTensorIds([...x, step])];
      const { recording } = scope.following(model, () =>
        record(backend, new Map(existing.map((id) => [id, []])), scope, () =>
          withTrainingCalls(model, { seed: 0, step }, () => modelOutputs(model, x, { training })),
        ),
      );
      for (const op of recording.ops) {
        for (const id of op.inputs) {
          const constant = recording.constants.get(id);
          if (!constant || !isTable(constant)) continue;
          const key = `${constant.dtype} [${constant.shape}] ${constant.values}`;
          if (!found.has(key)) found.set(key, op.scope);
        }
      }
    });
  });
  return found;
}

/** Neither empty nor a scalar nor a shape nor a fill of a whole number. */
function isTable({ dtype, shape, values }: RecordedConstant): boolean {
  if (shape.length === 0 || values.length === 0) return false;
  if (dtype === DataType.DT_INT32)
    return values.length > LONGEST_SHAPE && values.some((v) => v !== values[0]);
  return values.some((v) => v !== values[0]) || !Number.isInteger(values[0]);
}
