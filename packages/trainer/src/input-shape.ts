import type { LayersModel } from "./tensorflow.js";

/** [batch, ...] of a model's input. */
export function inputShape(model: LayersModel, batch: number): number[] {
  return [batch, ...((model.inputs[0]?.shape ?? []).slice(1) as number[])];
}
