import { CongruentError } from "@congruent/core";
import type { TrainableModel } from "../model/trainable-model.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import type { EngineState, StateTensor } from "./engine.js";

/** Names and shapes of tensors, in a fixed order. */
export type StateLayout = readonly { name: string; shape: number[] }[];

/** The names and shapes of what an engine keeps: all weights, then the slots of each trainable weight. */
export function stateLayout(model: TrainableModel, optimizer: Optimizer): StateLayout {
  const slots = model.trainableWeights.flatMap((weight, i) =>
    optimizer.slots.map((slot) => ({ name: `${slot}.${i}`, shape: weight.shape as number[] })),
  );
  return [
    ...model.weights.map((weight, i) => ({ name: `weight.${i}`, shape: weight.shape as number[] })),
    ...slots,
  ];
}

/** @throws CongruentError `E_STATE` naming the first tensor that differs from the layout. */
export function refuseOtherLayout(layout: StateLayout, state: EngineState): void {
  const said = (tensor: StateLayout[number] | undefined) =>
    tensor ? `${tensor.name} [${tensor.shape.join(", ")}]` : "nothing";
  for (let i = 0; i < Math.max(layout.length, state.tensors.length); i++) {
    const [expected, given] = [layout[i], state.tensors[i]];
    if (said(expected) === said(given)) continue;
    throw new CongruentError({
      code: "E_STATE",
      what: `the state holds ${said(given)} where the model and its optimizer have ${said(expected)}`,
      expected: "the state of the same architecture and optimizer",
      fix: "restore it into the model that it came from",
    });
  }
}

/** A state with other weights; their averages are set to the same values. */
export function withWeights(
  model: TrainableModel,
  optimizer: Optimizer,
  state: EngineState,
  weights: readonly Float32Array[],
): EngineState {
  const replaced = new Map(weights.map((data, i) => [`weight.${i}`, data]));
  model.trainableWeights.forEach((weight, i) => {
    const data = weights[model.weights.indexOf(weight)];
    if (optimizer.average && data) replaced.set(`${optimizer.average}.${i}`, data);
  });
  const tensors = state.tensors.map(
    (tensor): StateTensor => ({ ...tensor, data: replaced.get(tensor.name) ?? tensor.data }),
  );
  return { ...state, tensors };
}

/** For each of the model's weights the name of the tensor that is evaluated: itself or its average. */
export function evaluatedNames(model: TrainableModel, optimizer: Optimizer): string[] {
  return model.weights.map((weight, i) => {
    const trainable = model.trainableWeights.indexOf(weight);
    return optimizer.average && trainable >= 0 ? `${optimizer.average}.${trainable}` : `weight.${i}`;
  });
}
